#include "common/runtime/kube/own_pod.h"

#include <fmt/format.h>

#include <chrono>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/http/client.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kMaxTokenBytes = 64 << 10;
constexpr std::size_t kMaxAnswerBytes = 1 << 20;  // it is the whole pod
constexpr std::chrono::milliseconds kTimeout{5'000};
constexpr int kFirstRefusal = 300;

std::string sentence_of(const http::Response& answer) {
  const auto status = json::parse(answer.body);
  return status ? status->string_or("message", "no reason") : "no reason";
}

}  // namespace

std::optional<OwnPod> OwnPod::find(const std::map<std::string, std::string>& environment, const std::filesystem::path& account) {
  const auto value = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
  };
  const auto host = value("KUBERNETES_SERVICE_HOST"), port = value("KUBERNETES_SERVICE_PORT");
  const auto pod = value("POD_NAME"), space = value("POD_NAMESPACE");
  std::error_code ignored;
  if (host.empty() || port.empty() || pod.empty() || space.empty() || !std::filesystem::exists(account / "token", ignored))
    return std::nullopt;
  OwnPod out;
  const bool is_v6 = host.contains(':');
  out.url_ = fmt::format("https://{}{}{}:{}/api/v1/namespaces/{}/pods/{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port, space, pod);
  out.account_ = account;
  return out;
}

Result<void> OwnPod::annotate(const std::string& name, const std::string& value) const {
  ARGOSY_TRY(const auto token, read_file(account_ / "token", kMaxTokenBytes));
  const json::Object annotations{{name, value}};
  const json::Object metadata{{"annotations", annotations}};
  http::ClientRequest request{.method = "PATCH", .url = url_};
  request.headers = {{"Authorization", "Bearer " + std::string(text::trim(token))},
                     {"Content-Type", "application/merge-patch+json"},
                     {"Accept", "application/json"}};
  request.body = json::dump(json::Object{{"metadata", metadata}});
  request.timeout = kTimeout;
  request.max_response_bytes = kMaxAnswerBytes;
  request.ca_file = account_ / "ca.crt";
  ARGOSY_TRY(const auto answer, http::fetch(request));
  if (answer.status < kFirstRefusal) return {};
  return fail_transient("pod_patch_refused", fmt::format("the API server answered {}: {}", answer.status, sentence_of(answer)));
}

}  // namespace argosy::runtime
