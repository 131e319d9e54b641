#include "tests/support/models/model_server.h"

#include <algorithm>
#include <stdexcept>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "tests/support/eventually.h"

namespace argosy::test {
namespace {

constexpr std::chrono::seconds kControlTimeout{30};

Child started(const std::vector<std::string>& arguments, const std::filesystem::path& output) {
  std::vector<std::string> argv{"python3", ARGOSY_SOURCE_DIR "/tests/standins/model_server"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto child = Child::start({.argv = std::move(argv), .env = minimal_env(), .output = output});
  if (!child) throw std::runtime_error(to_string(child.error()));
  return std::move(*child);
}

}  // namespace

ModelServer::ModelServer(const std::vector<std::string>& arguments) : child_(started(arguments, folder_.path() / "out")) {
  if (std::ranges::find(arguments, "--cert") != arguments.end()) scheme_ = "https";
  const auto said = [this] { return read_file(folder_.path() / "out").value_or(""); };
  testing::eventually([&] { return said().ends_with("\n") || !child_.running(); });
  const std::string line = said();
  const auto port = line.starts_with("port ") ? text::to_int(text::trim(line.substr(5))) : std::nullopt;
  if (!port) throw std::runtime_error("the stand-in for models did not start: " + line);
  port_ = static_cast<std::uint16_t>(*port);
}

json::Value ModelServer::control(const std::string& what, const std::string& body) const {
  const auto answer =
      http::fetch({.method = body.empty() ? "GET" : "POST", .url = url("/control/" + what), .body = body, .timeout = kControlTimeout});
  if (!answer || answer->status != 200) throw std::runtime_error("the stand-in for models answers no " + what);
  auto value = json::parse(answer->body);
  if (!value) throw std::runtime_error(to_string(value.error()));
  return std::move(*value);
}

}  // namespace argosy::test
