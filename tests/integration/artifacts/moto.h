// A moto server under a test's hand (tests/standins/aws): AWS's S3 and STS on this machine, with a bucket. What cannot be started throws
// std::runtime_error. One thread.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "common/artifacts/s3/bucket.h"
#include "common/config/settings.h"
#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/ports.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "tests/support/callers_environment.h"
#include "tests/support/eventually.h"

namespace argosy::test {

class Moto {
 public:
  static constexpr std::chrono::minutes kFetchTimeout{5};
  static constexpr const char* kBucket = "argosy-test";
  static constexpr const char* kAccessKey = "AKIAMOTOMOTOMOTO";
  static constexpr const char* kSecretKey = "a-secret-that-moto-does-not-look-at";

  Moto() : port_(free_port().value()), child_(started(folder_.path() / "out", port_)) {
    const bool up = testing::eventually([&] {
      const auto answer = http::fetch({.url = url() + "/moto-api/", .timeout = std::chrono::seconds{5}});
      return (answer && answer->status == 200) || !child_.running();
    });
    if (!up || !child_.running()) throw std::runtime_error("moto did not start: " + read_file(folder_.path() / "out").value_or(""));
    make_bucket(kBucket);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void freeze() { child_.signal_group(SIGSTOP); }
  void thaw() { child_.signal_group(SIGCONT); }
  void kill() {
    child_.signal_group(SIGKILL);
    testing::eventually([&] { return !child_.running(); });
  }

  std::map<std::string, std::string> environment() const {
    return {{"ARGOSY_ARTIFACTS", "s3"},       {"ARGOSY_S3_BUCKET", kBucket},           {"ARGOSY_S3_ENDPOINT", url()},
            {"ARGOSY_S3_PATH_STYLE", "true"}, {"ARGOSY_S3_ACCESS_KEY_ID", kAccessKey}, {"ARGOSY_S3_SECRET_ACCESS_KEY", kSecretKey}};
  }
  config::Settings settings() const {
    config::Settings settings;
    settings.artifacts = "s3";
    settings.s3_bucket = kBucket;
    settings.s3_endpoint = settings.s3_sts_endpoint = url();
    settings.s3_path_style = true;
    settings.s3_access_key_id = kAccessKey;
    settings.s3_secret_access_key = kSecretKey;
    return settings;
  }
  // An object as somebody else would see it, past our own client: moto looks who somebody says he is, and believes it.
  http::Response raw(const std::string& method, const std::string& key, const std::string& body = {}) const {
    const auto answer = http::fetch({.method = method,
                                     .url = url() + "/" + kBucket + "/" + key,
                                     .headers = {{"Authorization",
                                                  "AWS4-HMAC-SHA256 Credential=SOMEBODY/20260101/us-east-1/s3/aws4_request, "
                                                  "SignedHeaders=host, Signature=0"}},
                                     .body = body});
    if (!answer) throw std::runtime_error(to_string(answer.error()));
    return *answer;
  }
  // Keys of all objects, in order.
  std::vector<std::string> keys() const {
    std::vector<std::string> found;
    const auto listing = raw("GET", "?list-type=2").body;
    for (std::size_t at = 0; (at = listing.find("<Key>", at)) != std::string::npos; ++at)
      found.push_back(listing.substr(at + 5, listing.find("</Key>", at) - at - 5));
    return found;
  }

 private:
  static Child started(const std::filesystem::path& output, std::uint16_t port) {
    const auto fetched =
        run({.argv = {ARGOSY_SOURCE_DIR "/tests/standins/aws/fetch"}, .env = callers_environment(), .timeout = kFetchTimeout});
    if (!fetched || fetched->exit_code != 0) throw std::runtime_error("moto: " + (fetched ? fetched->err : fetched.error().message));
    auto child = Child::start({.argv = {std::string(text::trim(fetched->out)), "-H", "127.0.0.1", "-p", std::to_string(port)},
                               .env = minimal_env(),
                               .output = output});
    if (!child) throw std::runtime_error(to_string(child.error()));
    return std::move(*child);
  }
  void make_bucket(const std::string& name) const {
    const auto made = http::fetch({.method = "PUT", .url = url() + "/" + name});
    if (!made || made->status != 200) throw std::runtime_error("moto makes no bucket");
  }

  TempDir folder_;
  std::uint16_t port_;
  Child child_;
};

}  // namespace argosy::test
