import signal
import subprocess
import sys
import time

from app.worker.processes import end

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
HEARING = "import time; print(flush=True); time.sleep(60)"


def test_a_process_that_does_not_end_when_asked_is_killed() -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for program in (DEAF, HEARING)
    ]
    for process in processes:
        assert process.stdout is not None
        with process.stdout as said:
            said.readline()
    began = time.monotonic()

    end(processes, within=0.5)

    assert [process.returncode for process in processes] == [-signal.SIGKILL, -signal.SIGTERM]
    assert time.monotonic() - began < 10
