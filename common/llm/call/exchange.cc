#include "common/llm/call/exchange.h"

#include <utility>

#include "common/core/redact.h"

namespace argosy::llm {

AnswerReader& Exchange::reader() {
  if (!reader_) reader_ = AnswerReader::make(api_, {}, &request_->tools);
  return *reader_;
}

bool Exchange::read(std::string_view bytes) {
  reader().take(bytes, options().on_delta);
  return reader().wants_more();
}

std::optional<Fault> Exchange::judge(const Result<void>& end) {
  result_.answer = reader().finish();
  if (result_.answer.complete && result_.answer.stop != StopReason::error) return std::nullopt;
  // A reader that had met an error wanted no more: what HTTP says comes from before.
  return end ? fault_of_answer(result_.answer) : fault_of_transport(end.error());
}

void Exchange::hand_on(std::optional<Fault> fault, bool may_be_billed) {
  result_.answer.error = redact(result_.answer.error);
  result_.may_be_billed = may_be_billed;
  result_.first_byte = first_byte();
  result_.fault = std::move(fault);
  request_.reset();
  const OnDone done = std::move(done_);
  done(std::move(result_));
}

}  // namespace argosy::llm
