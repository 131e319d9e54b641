// A request's body as JSON, strictly: content type, presence, syntax. Pure, any thread.
#pragma once

#include "common/core/json.h"
#include "common/http/message.h"
#include "common/tasks/json_reader.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

// Refusals: unsupported_media_type, body_missing, json_*.
Checked<json::Value> read_body(const http::Request& request, std::size_t max_bytes);

// The Idempotency-Key header: absent is empty. Refusal: idempotency_key_invalid.
Checked<std::string> read_idempotency_key(const http::Request& request);

// What the reader met first, as a refusal.
Refusal refusal_of(const tasks::JsonReader::Problem& problem);

}  // namespace argosy::ingest
