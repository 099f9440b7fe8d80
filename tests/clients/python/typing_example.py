"""What a type checker makes of the package; read by typing_test.py, and never run."""

from typing import assert_type

import gather
from gather import call


class User:

    @classmethod
    def FromString(cls, data: bytes) -> "User":
        return cls()

    def SerializeToString(self) -> bytes:
        return b""


class Advert(User):
    pass


USER = call("users", "/demo.Users/GetUser", User(), User)
ADVERT = call("adverts", "/demo.Adverts/Pick", User(), Advert, optional=True)
POSTS = call("posts", "/demo.Posts/Stream", User(), Advert, streaming=True)


async def gathers(client: gather.Client) -> None:
    user, advert, posts = await gather.gather(client, USER, ADVERT, POSTS, timeout=2)
    assert_type(user, User)
    assert_type(advert, Advert | None)
    assert_type(posts, list[Advert])
    users = [USER, USER]
    assert_type(await gather.gather(client, *users), list[User])
    assert_type(await gather.gather(client, *users, return_exceptions=True),
                list[User | gather.CallError])
    either, other = await gather.gather(client, USER, POSTS, return_exceptions=True)
    assert_type(either, User | gather.CallError)
    assert_type(other, list[Advert] | gather.CallError)


async def others(client: gather.Client) -> None:
    settled = await gather.settled(client, USER, ADVERT)
    first, second = settled.outcomes
    assert_type(first.value, User)
    assert_type(second.value, Advert | None)
    assert_type(settled.error, gather.GatherError | None)
    users = [USER, USER]
    assert_type((await gather.any(client, *users)).value, User)
    assert_type(await gather.quorum(client, 2, *users), list[gather.Winner[User]])
    async for outcome in gather.as_completed(client, users):
        assert_type(outcome.value, User)


async def group(client: gather.Client) -> None:
    async with gather.TaskGroup(client) as tasks:
        task = tasks.create_task(USER)
        assert_type(await task, User)
    assert_type(task.exception(), gather.CallError | None)


def wrong(client: gather.Client) -> None:
    call("users", "/demo.Users/GetUser", 7, User)  # type: ignore[call-overload]
    call("users", "/demo.Users/GetUser", User(), User, timeout="1s")  # type: ignore[call-overload]
    gather.TaskGroup(client, policy="FAIL_FAST")  # type: ignore[arg-type]
