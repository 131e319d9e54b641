// A folder of recorded exchanges, one file each: KEY-NUMBER.json with {version, model, request, answer, fault, may_be_billed, tries,
// answered_by}. The key is a digest of request and model (the one that the call names, empty where its route decides); the number tells
// apart what was asked more than once. What changes by itself from run to run (times, durations, process numbers) is in no key: one that
// was recorded with just these words is preferred, the next of its key taken else. Several processes may record into one folder. What is
// stored has secrets and personal data masked and images as their digests; keys are taken of that form, so that a run which goes on from
// masked answers has the same ones. Used by RecordingModel and ReplayingModel. Blocking, thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/llm/call/model.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxExchangeBytes = 64u << 20;
inline constexpr int kMaxRepeats = 9'999;               // of one request
inline constexpr std::size_t kMaxCompared = 2'000;      // files that are looked at for the nearest request
inline constexpr std::size_t kMaxRecorded = 1'000'000;  // names that are looked at in a folder

// {model, request} as it is stored and compared, `model` as in CallOptions: without what changes no answer (user_key, cache marks).
json::Object masked_question(std::string_view model, const Request& request);
// That without what changes by itself from run to run: what the key is taken of.
json::Object lasting_question(const json::Object& question);
std::string key_of(const json::Object& question);  // 32 hexadecimal digits

class Tape {
 public:
  enum class Use { record, replay };
  // Errors (B): tape_unusable: no folder, one that cannot be made, or nothing in it to replay.
  static Result<std::unique_ptr<Tape>> open(const std::filesystem::path& folder, Use use);

  // As the newest exchange of that key; seen by others as a whole or not at all. Error (B): tape_unusable.
  Result<void> add(const json::Object& question, const CallResult& result);
  // The next exchange of that key in this process: the first one not yet given, unless a later one was asked in the same words. Errors (B):
  // tape_has_no_answer, which says what was recorded instead; tape_malformed.
  Result<CallResult> next(const json::Object& question);

 private:
  explicit Tape(std::filesystem::path folder) : folder_(std::move(folder)) {}
  struct Recorded {
    int number = 0;
    std::filesystem::path file{};
    json::Value exchange{};
  };
  Result<Recorded> choose(const json::Object& question, const std::string& key);  // and marks it as given
  Error missing(const json::Object& question, const std::string& key, std::size_t given) const;
  void each(const std::function<bool(const std::filesystem::path& file)>& look) const;  // in the order of names; false: enough

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, int> numbers_;          // of keys: the newest one that was written
  std::map<std::string, std::set<int>> given_;  // of keys: those that were read
};

}  // namespace argosy::llm
