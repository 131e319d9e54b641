// What nearly every file of common/agent sees: what models say, what agents may touch, and sources.
#pragma once

#include "common/agent/tools/toolbox.h"
#include "common/agent/work_record.h"
#include "common/agent/workspace.h"
#include "common/llm/conversation.h"
#include "common/tasks/payloads.h"
