"""The sender while nobody listens: it takes what fits, counts what does not, and never waits."""

import subprocess
import sys

from cdc.facts.sender import Sender

NOBODY = "127.0.0.1:1"
FORKS = """
import multiprocessing
from cdc.facts import sender

ours = sender.of_process("127.0.0.1:1")

def work():
    print(sender.of_process("127.0.0.1:1") is ours, flush=True)

worker = multiprocessing.get_context("fork").Process(target=work)
worker.start()
worker.join(30)
print(worker.exitcode, sender.of_process("127.0.0.1:1") is ours)
"""


def test_what_does_not_fit_is_dropped_and_so_is_what_is_never_taken() -> None:
    told = Sender(NOBODY, queue=2)
    for _ in range(5):
        told.send("listing.views", "7", b"value", {"ce_id": "1"})
    assert (told.sent, told.dropped) == (0, 3)
    told.close(0)
    assert (told.sent, told.dropped) == (0, 5)


def test_a_forked_worker_makes_a_sender_of_its_own_and_both_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKS], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["False", "0", "True"]), done.stderr
