"""Calls the live API with the client that was generated from its document, as an integrator would."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import time

from status_sync_client import AuthenticatedClient, Client
from status_sync_client.api.default import (
    create_workflow,
    list_workflows,
    receive_status_update,
    status_history,
    update_status,
)
from status_sync_client.models import (
    CreateTask,
    CreateWorkflowRequest,
    Problem,
    Status,
    StatusHistoryResponse,
    StatusUpdateWebhook,
    UpdateContext,
    UpdateStatusRequest,
    UpdateStatusRequestUpdatedBy,
    UpdateStatusResponse,
    WebhookAnswer,
    Workflow,
    Conditions,
)

client = AuthenticatedClient(base_url=os.environ["URL"], token=os.environ["KEY"])

# A rule, and the list that has it.
rule = create_workflow.sync(
    client=client,
    body=CreateWorkflowRequest(
        property_id=os.environ["PROPERTY"],
        trigger_status=Status.QUALIFIED,
        target_status=Status.TOUR_SCHEDULED,
        conditions=Conditions(lead_score=70),
        actions=[CreateTask(type_="create_task")],
    ),
)
assert isinstance(rule, Workflow) and rule.is_active, rule
rules = list_workflows.sync(property_id=os.environ["PROPERTY"], client=client)
assert [kept.id for kept in rules.workflows] == [rule.id], rules

# A change, with an optional field that is sent as null.
change = UpdateStatusRequest(
    new_status=Status.QUALIFIED,
    updated_by=UpdateStatusRequestUpdatedBy.CHATBOT,
    status_reason=None,
    context_data=UpdateContext(key_insights=["two bedrooms"], next_steps=None),
)
done = update_status.sync("L-1", client=client, body=change, idempotency_key="one")
assert isinstance(done, UpdateStatusResponse) and done.success, done
assert done.new_status == Status.QUALIFIED
assert isinstance(done.updated_at, datetime.datetime)
assert done.workflow_actions_triggered == ["create_task"], done
again = update_status.sync_detailed("L-1", client=client, body=change, idempotency_key="one")
assert again.parsed == done and again.headers["Idempotency-Replayed"] == "true"
assert again.headers["X-Request-Id"]

# What is wrong is a problem.
problem = update_status.sync("L-1", client=client, body=change)
assert isinstance(problem, Problem) and problem.status == 409, problem
assert problem.type_.endswith("illegal-transition") and problem.request_id

# The history, page by page.
changes, cursor = [], None
while True:
    asked = {"cursor": cursor} if cursor else {}
    page = status_history.sync("L-1", client=client, limit=1, **asked)
    assert isinstance(page, StatusHistoryResponse), page
    changes += page.status_changes
    cursor = page.next_cursor
    if cursor is None:
        break
assert len(changes) == page.total_count == 2, changes
assert changes[-1].old_status is None and changes[0].new_status == Status.QUALIFIED
empty = status_history.sync("L-1", client=client, date_to=datetime.date(2020, 1, 1))
assert empty.total_count == 0, empty

# ResMan's webhook, which is signed and needs no key.
webhook = StatusUpdateWebhook(
    lead_id="L-2",
    old_status=Status.CONTACTED,
    new_status=Status.LOST,
    updated_by="resman_user",
    updated_at=datetime.datetime.now(datetime.timezone.utc),
)
secret = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))


def sign(request):
    """The bytes that are sent are those that are signed."""
    stamp = request.headers["webhook-timestamp"]
    signed = f"{request.headers['webhook-id']}.{stamp}.".encode() + request.content
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    request.headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()


strangers = Client(base_url=os.environ["URL"], httpx_args={"event_hooks": {"request": [sign]}})
taken = receive_status_update.sync(
    client=strangers,
    body=webhook,
    webhook_id="message-1",
    webhook_timestamp=str(int(time.time())),
    webhook_signature="v1,unsigned",
)
assert isinstance(taken, WebhookAnswer) and taken.outcome.value == "applied", taken
print("everything worked")
