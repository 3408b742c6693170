"""What signing in takes and answers, and how the Soracom dialect says what goes wrong."""

from typing import Any

from rest_framework import serializers

Text = serializers.CharField


class SoracomProblem(serializers.Serializer[Any]):
    code = Text()
    message = Text()


class AuthAnswer(serializers.Serializer[Any]):
    apiKey = Text()
    token = Text()
    operatorId = Text(help_text="The account of the key.")
    userName = Text(required=False)
