#include "workers/testing/sandboxes/endpoint.h"

#include <fmt/format.h>

#include "common/config/tokens.h"
#include "common/core/crypto.h"
#include "common/core/socket_address.h"
#include "common/core/text.h"
#include "common/telemetry/log.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxCallBytes = 8u << 20;  // a command and its standard input, as JSON
constexpr std::size_t kMaxConnections = 1'024;
constexpr int kSpareThreads = 2;                        // for what ends sandboxes while commands run in all of them
constexpr std::size_t kMaxQueue = 256;                  // calls that wait for a thread
constexpr std::chrono::minutes kLongestCall{90};        // ingest decides how long it waits
constexpr std::chrono::milliseconds kStopGrace{3'000};  // for the answers of commands that are being ended

http::Response refuse(const Error& error) {
  const int status = error.category == Category::transient ? 503
                     : error.code == "sandbox_gone"        ? 410
                     : error.code == "sandbox_busy"        ? 409
                                                           : 422;
  return http::problem_response({.status = status, .type = error.code, .detail = error.message, .hint = error.hint});
}

http::Response make(Boxes& boxes, const http::Request& request) {
  const auto wish = tasks::make_sandbox_from(request.body);
  if (!wish) return refuse(wish.error());
  const auto made = boxes.make(*wish);
  return made ? http::json_response(201, tasks::to_json(*made)) : refuse(made.error());
}

std::optional<SandboxId> id_of(const http::Request& request) { return SandboxId::parse(request.params.at("id")); }

http::Response exec(Boxes& boxes, const http::Request& request) {
  const auto command = tasks::exec_from(request.body);
  if (!command) return refuse(command.error());
  const auto done = boxes.exec(id_of(request).value_or(SandboxId{}), *command);
  return done ? http::json_response(200, tasks::to_json(*done)) : refuse(done.error());
}

http::Response remove(Boxes& boxes, const http::Request& request) {
  if (const auto id = id_of(request)) boxes.remove(*id);
  return {.status = 204};
}

http::ServerOptions server_options(const SocketAddress& at) {
  http::ServerOptions options;
  options.address = at.host();
  options.port = at.port();
  options.threads = 1;
  options.max_body_bytes = kMaxCallBytes;
  options.max_connections = kMaxConnections;
  options.answer_timeout = kLongestCall;
  options.on_error = [](std::string_view what) { telemetry::log_error("the sandboxes' endpoint met an error", {{"what", what}}); };
  return options;
}

}  // namespace

Result<std::unique_ptr<Endpoint>> Endpoint::open(const std::string& listen, Boxes& boxes, int at_once) {
  const auto at = SocketAddress::parse(listen);
  if (!at) return fail_user("sandbox_listen", "ARGOSY_SANDBOX_LISTEN is no address with a port: " + listen);
  std::unique_ptr<Endpoint> endpoint(new Endpoint(boxes, server_options(*at), at_once));
  if (const auto started = endpoint->server_.start(); !started)
    return fail_user("sandbox_listen", started.error().message,
                     "set ARGOSY_SANDBOX_LISTEN to a free port of an address of this machine, or to nothing");
  endpoint->address_ = fmt::format("{}:{}", at->family() == AF_INET ? at->host() : "[" + at->host() + "]", endpoint->server_.port());
  return endpoint;
}

Endpoint::Endpoint(Boxes& boxes, http::ServerOptions options, int at_once)
    : boxes_(boxes),
      key_(crypto::random_bytes(kKeyBytes)),
      pool_(std::make_unique<runtime::WorkPool>(at_once + kSpareThreads, kMaxQueue)),
      server_(std::move(options)) {
  route("POST", "/sandboxes", make);
  route("POST", "/sandboxes/{id}/exec", exec);
  route("DELETE", "/sandboxes/{id}", remove);
}

void Endpoint::route(std::string_view method, std::string_view pattern, Work work) {
  server_.route(method, pattern, [this, work](http::Request request, http::Respond respond) {
    const auto bearer = config::bearer_of(request.header("Authorization"));
    if (!bearer || !crypto::equal_constant_time(*bearer, text::hex(key_)))
      return respond(http::problem_response({.status = 401, .type = "unauthorized", .detail = "This is for ingest alone."}));
    auto job = [this, work, request = std::move(request), respond] { respond(work(boxes_, request)); };
    if (!pool_->post(std::move(job)))
      respond(refuse({Category::transient, "sandbox_no_room", "more calls wait than the worker queues", ""}));
  });
}

void Endpoint::stop() {
  server_.stop(kStopGrace);
  pool_.reset();
}

}  // namespace argosy::testing
