# SPDX-License-Identifier: Apache-2.0
"""What cannot be exported is said in one line."""

LONGEST = 120
INTERPRETER = "failed in the TorchScript interpreter"


class Refusal(SystemExit):
    """Something that cannot be exported: one line that names the option that helps."""


def brief(error: BaseException) -> str:
    """An error in one line, without the source code that TorchScript shows below it, or the trace that its interpreter shows first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[-1 if INTERPRETER in lines[0] else 0].rstrip(":").removeprefix("RuntimeError: ") if lines else ""
    text = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " ..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
