"""The programming interface of generation: ask, look, cancel, take the picture. The pages' rules hold here too."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.generation import engine
from webapp.generation.api_schemas import answer_of, body_of, schema_of
from webapp.generation.download import picture_dcm, picture_png
from webapp.generation.models import GenerationRequest, State
from webapp.generation.progress import publish_change
from webapp.generation.selectors import request_get, request_history, request_picture, request_state, source_chosen
from webapp.generation.services.requests import request_cancel, request_create
from webapp.generation.socket_description import document
from webapp.generation.tasks import ring
from webapp.generation.throttling import address_digest

FORMATS = {"png": (picture_png, "image/png"), "dcm": (picture_dcm, "application/dicom")}


class MayGenerate(BasePermission):
    """Open to people who may ask for pictures; readers may not."""

    message = "Readers can't ask for pictures while they read."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether this person may."""
        return bool(request.user.may_generate)


class RequestInput(serializers.Serializer[Any]):
    """What is asked for. A field that is left out means: any label, a new seed, the model's default."""

    labels = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    seed = serializers.IntegerField(required=False)
    steps = serializers.IntegerField(required=False)
    guidance = serializers.FloatField(required=False)
    source = serializers.CharField(required=False, help_text="token of a picture whose overview is to be upscaled")


class RequestOutput(serializers.Serializer[Any]):
    """A request as it stands."""

    token = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    labels = serializers.DictField(child=serializers.CharField(allow_null=True))
    seed = serializers.IntegerField()
    steps = serializers.IntegerField()
    guidance = serializers.FloatField()
    sampler = serializers.CharField()
    bundle = serializers.CharField()
    bundle_digest = serializers.CharField()
    stage = serializers.CharField(allow_blank=True)
    done = serializers.IntegerField(help_text="patches of the stage that are drawn")
    total = serializers.IntegerField(help_text="patches of the stage")
    ahead = serializers.IntegerField(help_text="requests that are drawn before this one")
    remaining_s = serializers.FloatField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    png = serializers.CharField(allow_null=True, help_text="address of the 16-bit PNG once it is finished")
    dicom = serializers.CharField(allow_null=True, help_text="address of the DICOM file once it is finished")


class ModelOutput(serializers.Serializer[Any]):
    """The installed model."""

    name = serializers.CharField()
    digest = serializers.CharField()
    size = serializers.IntegerField(help_text="rows and columns of a picture")
    labels = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    steps = serializers.IntegerField()
    guidance = serializers.FloatField()
    license = serializers.CharField()


INPUT = schema_of(RequestInput(), answer=False)
ONE = answer_of(schema_of(RequestOutput(), answer=True), "The request.")
MANY = {"type": "array", "items": schema_of(RequestOutput(), answer=True)}
LIST = {
    "type": "object",
    "properties": {"requests": MANY},
    "required": ["requests"],
    "additionalProperties": False,
}
FILES: dict[str, Any] = {"image/png": {}, "application/dicom": {}}


class Model(APIView):
    """The installed model and the labels that it knows."""

    permission_classes = [IsAuthenticated, MayGenerate]
    openapi = {"get": {"responses": {"200": answer_of(schema_of(ModelOutput(), answer=True), "The model.")}}}

    def get(self, request: Request) -> Response:
        """Answer with what the bundle declares."""
        card = engine.bundle_card()
        known = {name: list(values) for name, values in card.vocabulary.items()}
        numbers = {"size": card.size, "steps": card.steps, "guidance": card.guidance}
        return Response(
            {"name": card.name, "digest": card.digest, "labels": known, "license": card.license, **numbers}
        )


class Socket(APIView):
    """The websocket of a request, described as AsyncAPI 3.0."""

    permission_classes = [IsAuthenticated, MayGenerate]
    openapi = {"get": {"responses": {"200": answer_of({"type": "object"}, "The description.")}}}

    def get(self, request: Request) -> Response:
        """Answer with the description."""
        return Response(document())


class Requests(APIView):
    """A person's own requests."""

    permission_classes = [IsAuthenticated, MayGenerate]
    openapi = {
        "get": {"responses": {"200": answer_of(LIST, "The newest first.")}},
        "post": {"requestBody": body_of(INPUT), "responses": {"200": ONE, "201": ONE}},
    }

    def get(self, request: Request) -> Response:
        """Answer with the newest requests."""
        return Response({"requests": [_shown(one) for one in request_history(request.user)]})

    def post(self, request: Request) -> Response:
        """Ask for a picture: 201, or 200 with the request that asks for the same one already."""
        asked = RequestInput(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = dict(asked.validated_data)
        source = source_chosen(request.user, fields.pop("source", ""))
        raw = {**fields.pop("labels", {}), **{name: str(value) for name, value in fields.items()}}
        began = timezone.now()
        made = request_create(
            user=request.user, card=engine.bundle_card(), raw=raw, source=source, address=address_digest(request)
        )
        if made.state == State.QUEUED:
            transaction.on_commit(lambda: ring(made.pk))
        return Response(_shown(made), status=201 if made.created_at >= began else 200)


class RequestItem(APIView):
    """One request."""

    permission_classes = [IsAuthenticated, MayGenerate]
    openapi = {"get": {"responses": {"200": ONE}}, "delete": {"responses": {"200": ONE}}}

    def get(self, request: Request, token: str) -> Response:
        """Answer with its present state."""
        return Response(_shown(request_get(token, request.user)))

    def delete(self, request: Request, token: str) -> Response:
        """Cancel it; one that has ended stays as it is."""
        asked = request_cancel(request_get(token, request.user))
        publish_change(asked.token)
        return Response(_shown(asked))


class Picture(APIView):
    """The finished picture as a file."""

    permission_classes = [IsAuthenticated, MayGenerate]
    openapi = {"get": {"responses": {"200": {"description": "The picture.", "content": FILES}}}}

    def get(self, request: Request, token: str, kind: str) -> HttpResponse:
        """Answer with the 16-bit PNG or the DICOM file; both say that they are synthetic."""
        asked = request_get(token, request.user)
        write, content_type = FORMATS[kind]
        return HttpResponse(write(asked, request_picture(asked, "image")), content_type=content_type)


def _shown(asked: GenerationRequest) -> dict[str, Any]:
    state = request_state(asked)
    finished = asked.state == State.FINISHED and asked.image_id is not None
    files = {
        name: reverse("generation-api:picture", args=[asked.token, kind]) if finished else None
        for name, kind in (("png", "png"), ("dicom", "dcm"))
    }
    return {
        **{name: state[name] for name in ("token", "state", "stage", "done", "total", "ahead", "message")},
        "remaining_s": state["remainingS"],
        **{name: getattr(asked, name) for name in ("labels", "seed", "steps", "guidance", "sampler")},
        "bundle": asked.bundle,
        "bundle_digest": asked.bundle_digest,
        **files,
    }
