// Objects in one bucket of S3, or of what speaks like it: put, got, removed, each signed (sigv4.h) and tried again where that may help.
// Made by common/runtime from the configuration. Thread-safe; calls block, for a few time-outs at most, or until who asks gives up.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/artifacts/s3/credentials.h"
#include "common/core/error.h"

namespace argosy::artifacts::s3 {

// A call is tried so often while the other side is away, busy or slow, with full jitter between.
inline constexpr int kTries = 4;
inline constexpr std::chrono::milliseconds kFirstWait{200}, kLongestWait{3'000};

struct BucketOptions {
  std::string bucket, region;
  std::string endpoint{};                     // "http://127.0.0.1:9000"; empty: AWS's of the region
  bool path_style = false;                    // the bucket stands in the path, not before the host's name
  std::string encryption{};                   // AES256 or aws:kms; empty: as the bucket itself says
  std::string kms_key{};                      // with aws:kms: which key; empty: the bucket's
  std::chrono::milliseconds timeout{30'000};  // of one try
  int tries = kTries;
  std::size_t max_object_bytes = std::size_t{1} << 30;
};

// What a bucket stands on; tests put others in their place.
struct Surroundings {
  Fetch fetch;
  const Clock& clock;
  std::function<void(std::chrono::milliseconds, const GiveUp&)> wait;
};
Surroundings real_surroundings();

// Errors of all calls, all A, because they are the operator's to mend and not the task's: artifact_store_unavailable (away, busy or slow,
// to the last try), artifact_store_refused (403, with what S3 said), artifact_bucket_missing, artifact_store_misused (any other answer),
// artifact_keys_unavailable, artifact_store_given_up (who asked gave up: what was put may be there).
class Bucket {
 public:
  Bucket(BucketOptions options, std::unique_ptr<CredentialSource> keys, Surroundings around = real_surroundings());

  // Never over what is there: the same bytes under the same key are no second write. `sha256` in hex is checked by S3 as it arrives.
  Result<void> put(const std::string& key, std::string_view bytes, const std::string& sha256, const GiveUp& give_up = {});
  Result<std::optional<std::string>> get(const std::string& key, const GiveUp& give_up = {});
  // Also when it is not there.
  Result<void> remove(const std::string& key, const GiveUp& give_up = {});

 private:
  struct Ask {
    std::string method, key;
    std::string_view body;
    std::string payload_sha256;
    std::map<std::string, std::string> headers;
    const GiveUp& give_up;
  };
  Result<http::Response> call(const Ask& ask);
  Result<http::Response> once(const Ask& ask);
  Error error_of(const Ask& ask, const http::Response& answer) const;

  const BucketOptions options_;
  const std::unique_ptr<CredentialSource> keys_;
  const Surroundings around_;
  std::string base_, host_, root_;  // "https://host", "host", "/bucket" or ""
};

// Where the bytes of a digest lie in a bucket. `place` is new whenever bytes are put anew after they were let go: so that what is
// still being removed is never what somebody just put.
std::string key_of(std::string_view prefix, std::string_view sha256, std::int64_t place);

// Puts, gets and removes a few bytes under a key of its own. What is wrong, if something is.
std::optional<std::string> bucket_problem(Bucket& bucket, std::string_view prefix);

}  // namespace argosy::artifacts::s3
