"""The proof that nothing is lost: what was committed, what is in Kafka, what was applied.

Read `auditor.py` for the order of things, `comparison.py` for what counts as lost.

AuditError
├── NothingToTell   a part of the line does not answer, so no verdict is possible
└── NotRepaired     the log keeps nothing that a difference could be mended from
"""
