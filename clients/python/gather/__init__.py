"""Structured concurrency for gRPC: many calls as one, through a gatherd.

    import gather
    from gather import call

    async with gather.Client("127.0.0.1:4400") as client:
        user, posts = await gather.gather(
            client,
            call("users", "/demo.Users/GetUser", demo_pb2.GetUserRequest(name="ada"), demo_pb2.User),
            call("posts", "/demo.Posts/List", demo_pb2.ListRequest(), demo_pb2.PostList),
            timeout=2)
"""

from ._as_completed import Completions, as_completed
from ._call import Call, call
from ._client import Capabilities, Client
from ._errors import GatherError, GatherTimeoutError
from ._facts import Cause, Delivery, Disposition, Origin, Summary, Timing, Verdict
from ._outcome import CallError, Outcome
from ._policy import Mode, Policy
from ._request import Defaults
from ._task import Task
from ._task_group import TaskGroup
from ._verbs import Settled, Winner
from ._verbs import first_success as _first_success
from ._verbs import gather, quorum, race, settled

# Reads as `gather.any(…)`; not for `from gather import *`, which would hide Python's own.
any = _first_success

__all__ = [
    "Call", "CallError", "Capabilities", "Cause", "Client", "Completions", "Defaults", "Delivery",
    "Disposition", "GatherError", "GatherTimeoutError", "Mode", "Origin", "Outcome", "Policy",
    "Settled", "Summary", "Task", "TaskGroup", "Timing", "Verdict", "Winner", "as_completed",
    "call", "gather", "quorum", "race", "settled",
]
