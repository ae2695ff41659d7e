"""Processor time and memory of a server and all its children, read from /proc."""

import os
import re
import signal
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for parent in found:
        try:
            lists = Path(f"/proc/{parent}/task").glob("*/children")
            found += [int(child) for children in lists for child in children.read_text().split()]
        except OSError:
            continue
    return found


def cpu_seconds(*roots: int) -> float:
    """Processor time so far of these processes and their families, the ended ones included."""
    return sum(_ticks(pid) for root in roots for pid in family(root)) / TICKS


def memory_bytes(pid: int) -> int:
    """Proportional memory of one process: a page that n processes share counts one nth."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def peak_bytes(pid: int | str = "self") -> int:
    """The most memory that this process has had since it began or restart_peak(); 0 if it ended."""
    status = Path(f"/proc/{pid}/status").read_text()
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    return 1024 * int(peak[1]) if peak else 0


def restart_peak() -> int:
    """Let peak_bytes() of our own process begin anew; return the memory it has now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_bytes()


def kill(root: int) -> None:
    """End the process and its family at once, as a power cut would."""
    for pid in reversed(family(root)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return sum(map(int, fields.rpartition(")")[2].split()[11:15]))
