// Server: the listening socket, the threads, and the end of both. Sessions live in session.cc.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "common/core/thread_name.h"
#include "common/http/server.h"
#include "common/http/session.h"

namespace argosy::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// How long to wait when accepting failed, which is nearly always for want of file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{50};
// After the grace time, for connections that were told to end at once.
constexpr std::chrono::milliseconds kAbortTime{1000};

struct Server::Impl {
  explicit Impl(ServerOptions options) : core(std::make_shared<ServerCore>(std::move(options))) {}

  asio::awaitable<void> accept_loop() {
    asio::steady_timer pause(core->context);
    for (;;) {
      const asio::any_io_executor strand = asio::make_strand(core->context);
      auto [error, socket] = co_await acceptor.async_accept(strand, asio::as_tuple(asio::use_awaitable));
      if (!acceptor.is_open()) co_return;
      if (error) {
        if (core->options.on_error) core->options.on_error("accept: " + error.message());
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        continue;
      }
      auto lease = core->live->admit();
      if (!lease) continue;
      ErrorCode ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      start_session(std::move(socket), core, std::move(lease));
    }
  }

  std::shared_ptr<ServerCore> core;
  tcp::acceptor acceptor{asio::make_strand(core->context)};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::vector<std::jthread> threads;
  std::uint16_t port = 0;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() { stop(); }

void Server::route(std::string_view method, std::string_view pattern, Handler handler,
                   std::optional<std::chrono::milliseconds> answer_timeout) {
  impl_->core->router.add(method, pattern, {std::move(handler), answer_timeout});
}

void Server::websocket(std::string_view pattern, WebSocketHandler handler) {
  impl_->core->router.add_websocket(pattern, std::move(handler));
}

std::uint16_t Server::port() const { return impl_->port; }

Result<void> Server::start() {
  const ServerOptions& options = impl_->core->options;
  const std::string where = options.address + ":" + std::to_string(options.port);
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return fail_user("address_invalid", "cannot listen on " + where + ": not an IP address");
  const tcp::endpoint endpoint(address, options.port);
  auto& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    ErrorCode ignored;
    acceptor.close(ignored);
    const bool in_use = error == asio::error::address_in_use;
    return fail_user(in_use ? "address_in_use" : "address_invalid", "cannot listen on " + where + ": " + error.message(),
                     in_use ? "stop the process that listens there or choose another port" : "");
  }
  impl_->port = acceptor.local_endpoint(error).port();
  impl_->work.emplace(impl_->core->context.get_executor());
  asio::co_spawn(acceptor.get_executor(), impl_->accept_loop(), asio::detached);
  for (int i = 0; i < options.threads; ++i)
    impl_->threads.emplace_back([core = impl_->core] {
      name_this_thread("http");
      core->context.run();
    });
  return {};
}

void Server::stop(std::chrono::milliseconds grace) {
  if (impl_->threads.empty()) return;
  asio::post(impl_->acceptor.get_executor(), [impl = impl_.get()] {
    ErrorCode ignored;
    impl->acceptor.close(ignored);
  });
  auto& live = *impl_->core->live;
  live.drain();
  if (!live.wait_empty(grace)) {
    live.abort();
    live.wait_empty(kAbortTime);
  }
  // Every coroutine has ended or is about to: the threads run out of work by themselves, so that nothing is torn from under anyone.
  impl_->work.reset();
  impl_->threads.clear();
}

}  // namespace argosy::http
