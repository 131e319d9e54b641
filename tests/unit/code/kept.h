// Texts for tags that a test writes down: tags hold views. Any thread.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace argosy::code {

// The same text, for as long as the program runs.
inline std::string_view kept(std::string text) {
  static std::mutex mutex;
  static std::set<std::string> texts;
  const std::lock_guard lock(mutex);
  return *texts.insert(std::move(text)).first;
}

}  // namespace argosy::code
