#include "common/runtime/step/log/step_log.h"

#include <algorithm>

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::runtime {
namespace {

// JSON carries the text: it must be UTF-8 and hold no NUL, whatever a test prints.
std::string presentable(std::string_view text) {
  auto clean = text::to_utf8(text);
  std::ranges::replace(clean, '\0', '?');
  return redact(clean);
}

}  // namespace

bool StepLog::append(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (full_) return false;
  incomplete_ += text;
  take_lines(false);
  if (kept_.size() - sent_ >= kChunkBytes) send();
  return sent_ < kept_.size();
}

void StepLog::flush() {
  const std::lock_guard lock(mutex_);
  send();
}

std::string StepLog::close() {
  const std::lock_guard lock(mutex_);
  if (!full_) take_lines(true);
  send();
  return std::move(kept_);
}

// Moves complete lines (or all) from incomplete_ to kept_.
void StepLog::take_lines(bool all) {
  const auto last = incomplete_.rfind('\n');
  std::size_t size = last == std::string::npos ? 0 : last + 1;
  if (all || incomplete_.size() - size > kLongestLine) size = incomplete_.size();
  if (size == 0) return;
  kept_ += presentable(std::string_view(incomplete_).substr(0, size));
  incomplete_.erase(0, size);
  if (kept_.size() <= max_bytes_) return;
  kept_ = text::ellipsize(kept_, max_bytes_) + "\n[the log was longer and is cut here: ARGOSY_MAX_LOG_BYTES]\n";
  full_ = true;
}

void StepLog::send() {
  while (sent_ < kept_.size()) {
    auto size = std::min(kChunkBytes, kept_.size() - sent_);
    // Not between the bytes of a character.
    while (sent_ + size < kept_.size() && size > 1 && (static_cast<unsigned char>(kept_[sent_ + size]) & 0xc0) == 0x80) --size;
    sink_(static_cast<std::int64_t>(sent_), kept_.substr(sent_, size));
    sent_ += size;
  }
}

}  // namespace argosy::runtime
