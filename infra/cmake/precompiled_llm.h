// What nearly every file of common/llm sees: what is said to models, and how they are called.
#pragma once

#include "common/http/stream_client.h"
#include "common/llm/call/model.h"
#include "common/llm/conversation.h"
