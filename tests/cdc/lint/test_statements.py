"""What is read from SQL, however it is written."""

import pytest

from cdc.lint.statements import deeds


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('ALTER TABLE "homes" RENAME COLUMN "price" TO "cost"', [("rename column", "price")]),
        ("alter table public.homes rename price to cost", [("rename column", "price")]),
        ('ALTER TABLE "homes" DROP COLUMN "price" CASCADE', [("drop column", "price")]),
        (
            "ALTER TABLE IF EXISTS homes DROP a, DROP COLUMN IF EXISTS b",
            [("drop column", "a"), ("drop column", "b")],
        ),
        (
            'ALTER TABLE homes ALTER COLUMN "price" TYPE numeric(10, 2) USING "price"::numeric,'
            " ALTER beds SET DATA TYPE bigint",
            [("retype column", "price"), ("retype column", "beds")],
        ),
        ("ALTER TABLE homes ALTER price DROP NOT NULL", [("nullable column", "price")]),
        ("ALTER TABLE homes ALTER price SET DEFAULT 0", []),
        ("ALTER TABLE homes ALTER price DROP DEFAULT, DROP CONSTRAINT homes_check", []),
        ("ALTER TABLE homes RENAME TO houses", [("rename table", "")]),
        ("ALTER TABLE homes SET SCHEMA old", [("rename table", "")]),
        ("DROP TABLE IF EXISTS homes CASCADE", [("drop table", "")]),
        ("TRUNCATE ONLY homes", [("truncate", "")]),
        ("ALTER TABLE homes REPLICA IDENTITY FULL", [("replica identity", "")]),
        ("ALTER TABLE homes DROP CONSTRAINT homes_pkey", [("primary key", "")]),
        ("ALTER TABLE homes ADD PRIMARY KEY (slug)", [("primary key", "")]),
        ("ALTER TABLE homes ADD COLUMN n int NOT NULL", [("new column", "n")]),
        (
            "DO $$ BEGIN ALTER TABLE homes DROP COLUMN price; END $$",
            [("drop column", "price")],
        ),
        ("-- ALTER TABLE homes DROP COLUMN price\nSELECT 'TRUNCATE homes'", []),
        ("UPDATE homes SET price = 1", []),
    ],
)
def test_deeds_are_read_from_sql(statement: str, expected: list[tuple[str, str]]) -> None:
    found = [(deed.rule, deed.column) for deed in deeds(statement) if deed.table == "homes"]

    assert found == expected
