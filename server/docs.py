"""Texts and examples for the OpenAPI document; nothing here changes what the server does."""

from typing import Any

from server.openai_schemas import OpenAIErrorOut
from server.schemas import ErrorOut

DESCRIPTION = """\
Ask in Arabic or English; every sentence of the answer carries an exact quote from an
article, with its place in the article's text. Where the articles hold no answer, Dalil
says so.

اسأل بالعربية أو الإنجليزية؛ كل جملة في الجواب معها اقتباس حرفي من مقال، وموضعه في نصه.
وإن لم يكن في المقالات جواب، قال «دليل» ذلك.
"""

TAGS = [
    {"name": "questions", "description": "Ask, and search."},
    {"name": "openai", "description": "The same, in the shape of OpenAI's interface."},
    {"name": "articles", "description": "Read the articles that answers come from."},
    {"name": "feedback", "description": "What readers say of answers."},
    {"name": "editors", "description": "With the editors' key: change the collection."},
    {"name": "health", "description": "Is the server alive, and can it answer?"},
]

ASK_EXAMPLES: Any = {
    "arabic": {
        "summary": "سؤال بالعربية",
        "value": {"question": "متى افتُتحت قناة السويس؟"},
    },
    "follow-up": {
        "summary": "سؤال يتبع ما قبله، وجوابه يُبثّ",
        "value": {
            "question": "وكم يبلغ طولها؟",
            "history": [
                {"role": "user", "content": "متى افتُتحت قناة السويس؟"},
                {"role": "assistant", "content": "افتُتحت قناة السويس في 17 نوفمبر 1869. [1]"},
            ],
            "stream": True,
        },
    },
    "english": {
        "summary": "A question in English, answered from Arabic articles",
        "value": {
            "question": "When was the Suez Canal opened?",
            "top_k": 5,
            "filters": {"languages": ["ar"], "published_from": "2013-01-01"},
            "language": "en",
        },
    },
}

SEARCH_EXAMPLES: Any = {
    "arabic": {"summary": "بحث بالعربية", "value": {"query": "حفر قناة السويس", "top_k": 3}},
    "english": {
        "summary": "A search in English, in one article",
        "value": {
            "query": "length of the canal",
            "filters": {"article_ids": ["suez-canal-en"]},
        },
    },
}

_ERRORS = {
    400: "The body is not JSON.",
    401: "The editors' key is missing or wrong.",
    403: "Pages of this site may not ask here.",
    404: "There is nothing with this id.",
    409: "Nothing has been ingested yet.",
    413: "The body is too large.",
    415: "The body, or the file in it, is not of a type that is taken.",
    422: "A field is unknown, out of its bounds, or cannot be searched for.",
    500: "Something went wrong here.",
    502: "The language model failed.",
    503: "The collection or the model cannot be used; or, with the code `overloaded` and "
    "`Retry-After`, too many questions are being searched.",
    504: "The language model kept silent for too long.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these error replies, all in the one shape."""
    return {status: {"model": ErrorOut, "description": _ERRORS[status]} for status in statuses}


EVENT_STREAM: Any = {
    "description": "One JSON object; or, with `stream`, events: `passages` (the passages that "
    "the answer is taken from), `delta` (more text), `citation` (a quote that the text so far "
    "points at) and at last `done` (the whole object) or `error` (the shape of errors). Ids "
    "count from 1; a comment comes every 15 seconds in which nothing else does. An error "
    "before the first event is an ordinary error reply.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}

UPLOAD_BODY: Any = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}

FEEDBACK_EXAMPLES: Any = {
    "arabic": {
        "summary": "جواب لم يُعجب القارئ",
        "value": {
            "answer_id": "6f1c0c5e0a7d4f0c8a1b2c3d4e5f6071",
            "rating": "down",
            "comment": "التاريخ المذكور تاريخ بدء الحفر لا تاريخ الافتتاح.",
            "question": "متى افتُتحت قناة السويس؟",
        },
    },
    "english": {
        "summary": "An answer that the reader liked",
        "value": {"answer_id": "6f1c0c5e0a7d4f0c8a1b2c3d4e5f6071", "rating": "up"},
    },
}

CHAT_EXAMPLES: Any = {
    "arabic": {
        "summary": "محادثة بالعربية",
        "value": {
            "model": "dalil",
            "messages": [{"role": "user", "content": "متى افتُتحت قناة السويس؟"}],
        },
    },
    "english": {
        "summary": "Streaming, in English",
        "value": {
            "model": "dalil",
            "messages": [{"role": "user", "content": "When was the Suez Canal opened?"}],
            "stream": True,
        },
    },
}

OPENAI_ERRORS: Any = {
    "default": {"model": OpenAIErrorOut, "description": "Any error, in OpenAI's shape."}
}
