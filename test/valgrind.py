#!/usr/bin/env python3
"""Read valgrind's logs of a test run: which errors went through our code?

Role: an error counts when a function of this extension is in its stack.  Each
is shown once, however many processes met it.  Neighbours: check.sh
(VALGRIND=1), valgrind.supp (what PostgreSQL does on purpose).
Failure: any such error, or no log at all, makes the exit status 1.

    valgrind.py FOLDER
"""
import glob
import os
import re
import sys

OURS = re.compile(r"cartona_integration\.so|cartona_unit\.so|\((?:apply|base|capture|cartona|config|http|inbox|monitor|odoo|outbox|pull|push|ui|webhook|worker)/\w+\.c|cartona_\w+ \(")


def blocks(text):
    """The errors of one log: runs of lines between empty ones."""
    block = []
    for line in text.splitlines():
        line = re.sub(r"^==\d+== ?", "", line)
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def main():
    logs = glob.glob(os.path.join(sys.argv[1], "*.log"))
    seen = {}
    others = set()
    for log in logs:
        with open(log, encoding="utf-8", errors="replace") as file:
            for block in blocks(file.read()):
                # Addresses differ from process to process.
                key = re.sub(r"0x[0-9A-Fa-f]+", "0x", "\n".join(block))
                if OURS.search(key):
                    seen.setdefault(key, "\n".join(block))
                elif " at 0x" in key:
                    others.add(key)
    for text in seen.values():
        print("error: " + text + "\n")
    print(f"valgrind: {len(logs)} processes, {len(seen)} errors through our code, {len(others)} elsewhere")
    return 1 if seen or not logs else 0


if __name__ == "__main__":
    sys.exit(main())
