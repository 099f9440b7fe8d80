#!/usr/bin/python3
"""A page put together from three backends.

usage: page.py HOST:PORT (of a gatherd that has the demo backends as targets)
"""

import asyncio
import sys

import gather
from demo_pb2 import (Advert, GetUserRequest, ListRequest, PickRequest, PostList, User)
from gather import call


async def page(address, name):
    # [README]
    async with gather.Client(address) as client:
        user, posts, advert = await gather.gather(
            client,
            call("users", "/demo.Users/GetUser", GetUserRequest(name=name), User),
            call("posts", "/demo.Posts/List", ListRequest(author=name), PostList),
            call("adverts", "/demo.Adverts/Pick", PickRequest(topic="weather"), Advert, optional=True),
            timeout=2)
        print(f"{user.full_name} has {len(posts.posts)} posts, and",
              advert.text if advert else "no advert")
    # [/README]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: page.py HOST:PORT")
    asyncio.run(page(sys.argv[1], "ada"))
    try:
        asyncio.run(page(sys.argv[1], "nobody"))
    except gather.GatherError as error:
        print(error)


if __name__ == "__main__":
    main()
