"""What the conformance scripts share: one line a check, and how a refusal is caught."""
from tritonclient.utils import InferenceServerException

failed = 0


def check(name, holds):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'}: {name}")


def refused(work):
    try:
        work()
    except InferenceServerException as error:
        return error
    return None


def outcome():
    """For the process to end with."""
    return 1 if failed else 0
