// Masks what must not be stored in the JSON of a conversation: of the tape, and of the journal. Pure, any thread.
#pragma once

#include "common/core/json.h"

namespace argosy::llm {

// Secrets and personal data in all texts; images become their digests; ids and names stay. Masking twice changes nothing but digests.
void mask(json::Value& value);

}  // namespace argosy::llm
