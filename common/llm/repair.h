// A conversation as every vendor takes it. Used before each call (wire/encode.h), and by whoever keeps conversations: a crash in the middle
// of a call, a cut of old messages or another vendor's habits leave what a server would refuse. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/llm/conversation.h"

namespace argosy::llm {

// The result of a call that has none.
inline constexpr std::string_view kInterruptedCall =
    "The call was interrupted before it had a result. Whether it had an effect is not known: look before you repeat it.";

// Every call is followed by its result, in the next message, in the order of the calls: a call without one gets a failed one (its problem,
// or kInterruptedCall), a result whose call is gone becomes text, a second result of a call goes. Calls with one id are told apart.
// Messages of one role in a row become one; empty parts and messages go. Repairing twice changes nothing.
std::vector<Message> repair(std::vector<Message> messages);

// The answer as the assistant's message: thinking, text, calls. Ids that the conversation already has get an ending, so that they stay
// unique.
Message to_message(const Answer& answer, const std::vector<Message>& conversation);

}  // namespace argosy::llm
