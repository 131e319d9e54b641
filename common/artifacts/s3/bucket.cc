#include "common/artifacts/s3/bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "common/artifacts/s3/xml.h"
#include "common/core/crypto.h"
#include "common/core/random/uniform.h"
#include "common/core/text.h"
#include "common/http/url.h"

namespace argosy::artifacts::s3 {
namespace {

constexpr std::string_view kEmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::chrono::milliseconds kLookEvery{100};  // while it waits before a try: whether somebody still does
constexpr std::size_t kMessageBytes = 300;            // of what S3 said, in an error

std::chrono::milliseconds wait_before(int try_number) {
  const auto longest = std::min(kFirstWait * (1 << (try_number - 1)), kLongestWait);
  return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(longest.count()) * (1 + 3 * uniform()) / 4));
}

// Ends early for nobody but who gives up.
void wait_in_vain(std::chrono::milliseconds time, const GiveUp& give_up) {
  std::mutex mutex;
  std::condition_variable nobody;
  std::unique_lock held(mutex);
  for (; time.count() > 0 && !(give_up && give_up()); time -= kLookEvery)
    nobody.wait_for(held, std::min(time, kLookEvery), [] { return false; });
}

// What came is an object then, whose bytes may look like anything, or nothing.
bool succeeded(const http::Response& answer) { return answer.status < 300; }

bool may_pass(const http::Response& answer) {
  if (succeeded(answer)) return false;
  const auto code = xml_text(answer.body, "Code");
  return answer.status >= 500 || answer.status == 429 || answer.status == 408 || code == "SlowDown" || code == "RequestTimeout" ||
         code == "ConditionalRequestConflict" || code == "OperationAborted";
}

bool keys_are_over(const http::Response& answer) {
  if (succeeded(answer)) return false;
  const auto code = xml_text(answer.body, "Code");
  return code == "ExpiredToken" || code == "InvalidToken" || code == "TokenRefreshRequired";
}

}  // namespace

Surroundings real_surroundings() { return {.fetch = http::fetch, .clock = system_clock(), .wait = wait_in_vain}; }

Bucket::Bucket(BucketOptions options, std::unique_ptr<CredentialSource> keys, Surroundings around)
    : options_(std::move(options)), keys_(std::move(keys)), around_(std::move(around)) {
  const std::string endpoint = options_.endpoint.empty() ? fmt::format("https://s3.{}.amazonaws.com", options_.region) : options_.endpoint;
  const auto scheme_end = endpoint.find("://");
  const std::string scheme = endpoint.substr(0, scheme_end == std::string::npos ? 0 : scheme_end + 3);
  std::string host = endpoint.substr(scheme.size());
  while (host.ends_with('/')) host.pop_back();
  host_ = options_.path_style ? host : options_.bucket + "." + host;
  base_ = scheme + host_;
  root_ = options_.path_style ? "/" + options_.bucket : "";
}

Result<http::Response> Bucket::once(const Ask& ask) {
  ARGOSY_TRY(const auto keys, keys_->get(ask.give_up));
  Unsigned request{.method = ask.method,
                   .host = host_,
                   .path = root_ + "/" + uri_encode(ask.key, true),
                   .headers = ask.headers,
                   .payload_sha256 = ask.payload_sha256};
  request.headers["x-amz-content-sha256"] = ask.payload_sha256;
  http::ClientRequest call{.method = ask.method,
                           .url = base_ + request.path,
                           .body = std::string(ask.body),
                           .timeout = options_.timeout,
                           .max_response_bytes = options_.max_object_bytes,
                           .cancelled = ask.give_up};
  for (auto& [name, value] : sign(request, {options_.region, "s3"}, keys, around_.clock.unix_ms())) call.headers[name] = value;
  return around_.fetch(call);
}

Result<http::Response> Bucket::call(const Ask& ask) {
  bool keys_were_over = false;
  std::string last = "it was not asked";
  for (int tries = 1;; ++tries) {
    if (ask.give_up && ask.give_up())
      return fail_transient("artifact_store_given_up", fmt::format("nobody waits for the bucket {} any more: {}", options_.bucket, last));
    auto answer = once(ask);
    if (answer && keys_are_over(*answer) && !keys_were_over) {
      keys_were_over = true;
      keys_->forget();
      continue;
    }
    if (answer && !may_pass(*answer)) return answer;
    if (!answer && (answer.error().category != Category::transient || answer.error().code == "artifact_keys_unavailable")) return answer;
    last = answer ? fmt::format("it answered {} {}", answer->status, xml_text(answer->body, "Code")) : answer.error().message;
    if (tries >= options_.tries) break;
    around_.wait(wait_before(tries), ask.give_up);
  }
  return fail_transient("artifact_store_unavailable", fmt::format("the bucket {} cannot be reached: {}", options_.bucket, last));
}

Error Bucket::error_of(const Ask& ask, const http::Response& answer) const {
  const auto code = xml_text(answer.body, "Code");
  const auto said = fmt::format("{} of {} in bucket {}: {} {} {}", ask.method, ask.key, options_.bucket, answer.status, code,
                                text::ellipsize(text::to_utf8(xml_text(answer.body, "Message")), kMessageBytes));
  if (code == "NoSuchBucket")
    return fail_transient("artifact_bucket_missing", said, "make the bucket, or correct ARGOSY_S3_BUCKET and ARGOSY_S3_ENDPOINT").error();
  if (answer.status == 301 || answer.status == 307 || code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect")
    return fail_transient("artifact_store_misused", said, "the bucket may be in another region: see ARGOSY_S3_REGION").error();
  if (answer.status == 403)
    return fail_transient("artifact_store_refused", said,
                          "see the keys or the role of this process, the bucket's policy, its key's policy, and this machine's clock")
        .error();
  return fail_transient("artifact_store_misused", said, "see ARGOSY_S3_ENDPOINT: this is not how S3 answers").error();
}

Result<void> Bucket::put(const std::string& key, std::string_view bytes, const std::string& sha256, const GiveUp& give_up) {
  Ask ask{.method = "PUT", .key = key, .body = bytes, .payload_sha256 = sha256, .headers = {}, .give_up = give_up};
  ask.headers["content-type"] = "application/octet-stream";
  ask.headers["if-none-match"] = "*";
  if (!options_.encryption.empty()) ask.headers["x-amz-server-side-encryption"] = options_.encryption;
  if (!options_.kms_key.empty()) ask.headers["x-amz-server-side-encryption-aws-kms-key-id"] = options_.kms_key;
  ARGOSY_TRY(const auto answer, call(ask));
  if (answer.status == 200 || answer.status == 412) return {};  // 412: it is there
  return std::unexpected(error_of(ask, answer));
}

Result<std::optional<std::string>> Bucket::get(const std::string& key, const GiveUp& give_up) {
  const Ask ask{.method = "GET", .key = key, .body = {}, .payload_sha256 = std::string(kEmptySha256), .headers = {}, .give_up = give_up};
  ARGOSY_TRY(auto answer, call(ask));
  if (answer.status == 200) return std::move(answer.body);
  if (answer.status == 404 && xml_text(answer.body, "Code") == "NoSuchKey") return std::nullopt;
  return std::unexpected(error_of(ask, answer));
}

Result<void> Bucket::remove(const std::string& key, const GiveUp& give_up) {
  const Ask ask{.method = "DELETE", .key = key, .body = {}, .payload_sha256 = std::string(kEmptySha256), .headers = {}, .give_up = give_up};
  ARGOSY_TRY(const auto answer, call(ask));
  if (answer.status == 204 || answer.status == 200 || (answer.status == 404 && xml_text(answer.body, "Code") == "NoSuchKey")) return {};
  return std::unexpected(error_of(ask, answer));
}

std::string key_of(std::string_view prefix, std::string_view sha256, std::int64_t place) {
  // Two letters first: keys that begin alike share a partition of S3.
  return fmt::format("{}{}/{}-{}", prefix, sha256.substr(0, 2), sha256, place);
}

std::optional<std::string> bucket_problem(Bucket& bucket, std::string_view prefix) {
  const std::string bytes = "argosy doctor " + text::hex(crypto::random_bytes(16));
  const std::string key = fmt::format("{}doctor/{}", prefix, crypto::sha256_hex(bytes));
  if (const auto put = bucket.put(key, bytes, crypto::sha256_hex(bytes)); !put) return to_string(put.error());
  const auto got = bucket.get(key);
  const auto removed = bucket.remove(key);
  if (!got) return to_string(got.error());
  if (!*got || **got != bytes) return "what was put is not what is got: " + key;
  if (!removed) return to_string(removed.error());
  return std::nullopt;
}

}  // namespace argosy::artifacts::s3
