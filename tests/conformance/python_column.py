#!/usr/bin/python3
"""Plays conformance cases with the Python client; see README.md.

usage: python_column.py --server=HOST:PORT [--targets=…]
"""

import asyncio
import base64
import json
import sys

import grpc
from google.protobuf import wrappers_pb2

import gather

Text = wrappers_pb2.StringValue

LONGEST_TEXT = 100


def metadata_of(described):
    return [(key, base64.b64decode(value) if key.endswith("-bin") else value)
            for key, value in described.get("metadata", {}).items()]


def seconds(milliseconds):
    return None if milliseconds is None else milliseconds / 1000


def call_of(described):
    fallback = described.get("fallback")
    text = described.get("request", "") or "x" * described.get("request_fill", 0)
    return gather.call(
        described["target"], described["method"], Text(value=text), Text,
        id=described.get("id"),
        timeout=seconds(described.get("timeout_ms")),
        metadata=metadata_of(described),
        optional=described.get("requirement") == "OPTIONAL",
        required=described.get("requirement") == "REQUIRED",
        streaming=described.get("server_streaming", False),
        shielded=described.get("shielded", False),
        idempotent=described.get("idempotent"),
        fallback=None if fallback is None else Text(value=fallback["reply"]),
        fallback_codes=[grpc.StatusCode[code] for code in (fallback or {}).get("codes", [])])


def calls_of(case):
    return [call for described in case.get("calls", [])
            for call in [call_of(described)] * described.get("repeat", 1)]


def policy_of(options):
    mode = options.get("mode")
    if mode is None:
        return None
    if mode == "COLLECT":
        return gather.Policy.collect(options.get("max_failures"))
    if mode == "QUORUM":
        return gather.Policy.quorum(options["min_successes"])
    return getattr(gather.Policy, mode.lower())()


def options_of(case):
    options = case.get("options", {})
    defaults = options.get("defaults")
    return {
        "timeout": seconds(options.get("timeout_ms")),
        "max_concurrency": options.get("max_concurrency", 0),
        "label": options.get("label", ""),
        "defaults": None if defaults is None else gather.Defaults(
            timeout=seconds(defaults.get("timeout_ms")), metadata=metadata_of(defaults),
            idempotent=defaults.get("idempotent")),
    }


def told(value):
    """The name of what is specified; nothing for the rest."""
    return value.name if value else None


def reply_report(reply):
    if reply is None:
        return None
    if isinstance(reply, list):
        return [reply_report(message) for message in reply]
    text = reply.value
    return text if len(text) <= LONGEST_TEXT else f"{text[:3]}… {len(text)}"


def status_report(error):
    if error is None:
        return {"code": "OK"}
    return {
        "code": error.code().name,
        "message": error.details(),
        "reason": error.reason,
        "failures": [{
            "index": failure.index,
            "id": failure.id,
            "code": failure.code().name,
            "message": failure.details(),
            "origin": told(failure.origin),
            "delivery": told(failure.delivery),
        } for failure in error.failures],
    }


def slot_report(outcome):
    slot = {
        "index": outcome.index,
        "id": outcome.id,
        "disposition": told(outcome.disposition),
        "cause": told(outcome.cause),
        "caused_by": outcome.caused_by,
        "origin": told(outcome.origin),
        "delivery": told(outcome.delivery),
        "from_fallback": outcome.from_fallback,
        "trailers": {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
                     for key, value in outcome.trailers},
    }
    error = outcome.replaced or outcome.error
    if error is not None and outcome.disposition is not gather.Disposition.DETACHED:
        slot["code"] = error.code().name
        slot["message"] = error.details()
        slot["details"] = [{"type_url": detail.type_url,
                            "value": base64.b64encode(detail.value).decode()}
                           for detail in error.status_details]
    if outcome.ok:
        slot["reply"] = reply_report(outcome.value)
    return slot


def decision_report(told_of):
    summary = told_of.summary
    if summary is None:
        return {}
    return {"verdict": told(summary.verdict), "decided_by": summary.decided_by}


def winner_report(winner):
    return {"index": winner.index, "reply": reply_report(winner.value)}


class Player:

    def __init__(self, client, await_cue):
        self._client = client
        self._await_cue = await_cue

    async def play(self, case):
        try:
            return await getattr(self, "_" + case["verb"])(case, options_of(case))
        except gather.GatherError as error:
            return {"status": status_report(error)}
        except asyncio.CancelledError:
            return {"status": {"code": "CANCELLED"}}

    async def _done(self, case, gathering):
        """What is awaited; cancelled before, where the case says so."""
        task = asyncio.ensure_future(gathering)
        if "cancel" in case:
            await self._await_cue()
            task.cancel()
        return await task

    async def _gather(self, case, options):
        replies = await self._done(case, gather.gather(
            self._client, *calls_of(case), policy=policy_of(case.get("options", {})), **options))
        return {"replies": [reply_report(reply) for reply in replies]}

    async def _settled(self, case, options):
        settled = await self._done(case, gather.settled(
            self._client, *calls_of(case), policy=policy_of(case.get("options", {})), **options))
        return {"status": status_report(settled.error), **decision_report(settled),
                "outcomes": [slot_report(outcome) for outcome in settled.outcomes]}

    async def _any(self, case, options):
        return {"winners": [winner_report(await self._done(
            case, gather.any(self._client, *calls_of(case), **options)))]}

    async def _race(self, case, options):
        return {"winners": [winner_report(await self._done(
            case, gather.race(self._client, *calls_of(case), **options)))]}

    async def _quorum(self, case, options):
        winners = await self._done(case, gather.quorum(
            self._client, case.get("options", {}).get("min_successes", 0), *calls_of(case), **options))
        return {"winners": [winner_report(winner) for winner in winners]}

    async def _as_completed(self, case, options):
        outcomes = []
        error = None
        completions = gather.as_completed(
            self._client, calls_of(case), policy=policy_of(case.get("options", {})), **options)
        async with completions:
            try:
                async for outcome in completions:
                    outcomes.append(slot_report(outcome))
                    if len(outcomes) == case.get("leave_after"):
                        break
            except gather.GatherError as raised:
                error = raised
        return {"status": status_report(error), **decision_report(completions),
                "outcomes": outcomes}

    async def _group(self, case, options):
        group = gather.TaskGroup(
            self._client, policy=policy_of(case.get("options", {})), **options)
        tasks = []
        try:
            async with group:
                for step in case["steps"]:
                    await self._step(step, group, tasks)
        except* gather.GatherError:
            pass  # told by group.error
        except* gather.CallError as errors:
            if group.error is None or list(errors.exceptions) != list(group.error.failures):
                raise
        return {"status": status_report(group.error), **decision_report(group),
                "outcomes": [slot_report(task.outcome()) for task in tasks]}

    async def _step(self, step, group, tasks):
        if "spawn" in step:
            described = step["spawn"]
            for _ in range(described.get("repeat", 1)):
                tasks.append(group.create_task(call_of(described)))
        if "wait" in step:
            await tasks[step["wait"]].settled()
        if "cancel" in step:
            tasks[step["cancel"]].cancel()
        if "cue" in step:
            await self._await_cue()
        if "end_early" in step:
            group.end_early()
        if "cancel_group" in step:
            group.cancel()


async def read_line():
    return await asyncio.to_thread(sys.stdin.readline)


async def main():
    flags = dict(argument.split("=", 1) for argument in sys.argv[1:])
    async with gather.Client(flags["--server"]) as client:
        player = Player(client, read_line)
        while line := await read_line():
            case = json.loads(line)
            answer = {"case": case["name"]}
            try:
                answer["saw"] = await player.play(case)
            except Exception as error:  # a fault of the client is a red cell, not the column's end
                answer["error"] = repr(error)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
