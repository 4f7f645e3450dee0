"""The door's API, as openapi.json describes it. Bearer tokens only: no cookie is read here, so
that no page of another site can speak for a device."""

import json
from pathlib import Path

from flask import Blueprint, Response, make_response, request

from zna_network.blueprints.access import public
from zna_network.blueprints.door_api import reading
from zna_network.blueprints.door_api.wire import (
    bearer_token,
    device_context,
    json_body,
    json_text,
    json_values,
    keep_out_of_caches,
    problem,
    problem_response,
)
from zna_network.extensions import csrf, limiter
from zna_network.services import (
    checkin_batches,
    checkin_undo,
    checkins,
    devices,
    door_manifest,
    door_referrals,
    head_counts,
    heartbeats,
    stand_kit,
)
from zna_network.services.errors import DomainError, InvalidError
from zna_network.services.scan_data import ScanData
from zna_network.services.scan_recording import timestamp

OPENAPI = Path(__file__).with_name("openapi.json")
PAIRINGS = "30 per minute; 200 per hour"

blueprint = Blueprint("door_api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)
blueprint.register_error_handler(DomainError, problem_response)
blueprint.after_request(keep_out_of_caches)


@blueprint.get("/openapi.json")
@public
def description() -> Response:
    return json_text(OPENAPI.read_bytes())


@blueprint.post("/checkins")
@public
def check_in() -> Response:
    token = bearer_token()
    return json_text(checkins.check_in(device_context(), token, reading.scan(json_body())))


@blueprint.post("/checkins/batch")
@public
def check_in_all() -> Response:
    token = bearer_token()
    sent = json_body().get("scans")
    if not isinstance(sent, list):
        raise InvalidError("Une liste de lectures est attendue.", field="scans")
    if len(sent) > checkin_batches.MOST:
        raise InvalidError(f"{checkin_batches.MOST} lectures au plus par envoi.", field="scans")
    results = checkin_batches.check_in_all(device_context(), token, [_scan(one) for one in sent])
    answers = [_answer(one, result) for one, result in zip(sent, results, strict=True)]
    return json_text(f'{{"results":[{",".join(answers)}]}}')


def _scan(values: object) -> ScanData | DomainError:
    try:
        return reading.scan(values)
    except InvalidError as refusal:
        return refusal


def _answer(sent: object, result: str | DomainError) -> str:
    if isinstance(result, str):
        return result
    scan_id = sent.get("scan_id") if isinstance(sent, dict) else None
    named = scan_id if isinstance(scan_id, str) else None
    return json.dumps({"scan_id": named, "error": problem(result)})


@blueprint.post("/checkins/undo")
@public
def undo() -> Response:
    token, values = bearer_token(), json_body()
    scan_id = reading.uuid(values, "scan_id")
    checkin_undo.undo(device_context(), token, scan_id, reading.instant(values, "undone_at"))
    return json_values({"scan_id": scan_id, "undone": True})


@blueprint.post("/door/pair")
@public
@limiter.limit(PAIRINGS)
def pair() -> Response:
    ctx = device_context()
    paired = devices.pair(ctx, reading.text(json_body(), "code", 100))
    device = paired.device
    return json_values(
        {
            "token": paired.token,
            "device": {"name": device.name, "point": device.point.code if device.point else None},
            "forum": door_manifest.forum_values(device.forum, ctx.now),
            "expires_at": timestamp(device.expires_at) if device.expires_at else None,
        }
    )


@blueprint.get("/door/manifest")
@public
def manifest() -> Response:
    found = door_manifest.manifest(device_context(), bearer_token(), _known_etags())
    return _copy(found.body, found.etag)


def _known_etags() -> set[str]:
    return {
        etag.strip().removeprefix("W/")
        for etag in request.headers.get("If-None-Match", "").split(",")
    }


def _copy(body: bytes | None, etag: str) -> Response:
    """What a device keeps, or nothing when its own is still good."""
    if body is None:
        response = make_response("", 304)
    elif request.accept_encodings.quality("gzip"):
        response = json_text(door_manifest.zipped(body))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = json_text(body)
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Authorization, Accept-Encoding"
    return response


@blueprint.get("/door/changes")
@public
def changes() -> Response:
    """Without ``since``, or with an empty one: where every badge is."""
    token = bearer_token()
    since = reading.instant(request.args, "since") if request.args.get("since") else None
    return json_values(door_manifest.changes(device_context(), token, since))


@blueprint.post("/door/counts")
@public
def count() -> Response:
    token = bearer_token()
    data = reading.head_count(json_body())
    inside = head_counts.count(device_context(), token, data)
    return json_values({"count_id": data.count_id, "people": data.people, "inside": max(0, inside)})


@blueprint.post("/door/counts/undo")
@public
def undo_count() -> Response:
    token, values = bearer_token(), json_body()
    count_id = reading.uuid(values, "count_id")
    undone_at = reading.instant(values, "undone_at")
    taken_back = head_counts.undo(device_context(), token, count_id, undone_at)
    return json_values(
        {"count_id": count_id, "people": taken_back.people, "inside": max(0, taken_back.inside)}
    )


@blueprint.post("/door/heartbeat")
@public
def heartbeat() -> Response:
    token, values = bearer_token(), json_body()
    waiting = reading.integer(values, "waiting", 0, 10**9)
    sent_at = reading.instant(values, "sent_at") if values.get("sent_at") else None
    return json_values(heartbeats.hear(device_context(), token, waiting, sent_at))


@blueprint.get("/door/referral-kit")
@public
def referral_kit() -> Response:
    found = stand_kit.kit(device_context(), bearer_token(), _known_etags())
    return _copy(found.body, found.etag)


@blueprint.post("/door/referrals")
@public
def refer() -> Response:
    token, sent = bearer_token(), reading.sealed_referral(json_body())
    return json_values(door_referrals.receive(device_context(), token, sent))


@blueprint.get("/door/referrals")
@public
def referrals() -> Response:
    """What the phone's own stand has made."""
    return json_values({"referrals": door_referrals.listed(device_context(), bearer_token())})
