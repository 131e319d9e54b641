#include "common/http/websocket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <mutex>

#include "common/core/text.h"
#include "common/http/deadline.h"

namespace argosy::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// How long a closing connection may take to send what is queued and to answer the close frame.
constexpr std::chrono::milliseconds kCloseTime{1000};
constexpr std::size_t kMaxCloseReason = 123;  // RFC 6455: 125 bytes of a control frame without the code

// Threads: everything runs on the socket's strand but send(), close() and queued_bytes(), which share the queue under the mutex.
class ServerSocket final : public WebSocket, public Connection, public std::enable_shared_from_this<ServerSocket> {
 public:
  ServerSocket(tcp::socket socket, const ServerOptions& options, std::shared_ptr<LiveConnections::Lease> lease,
               std::shared_ptr<void> keep_alive)
      : keep_alive_(std::move(keep_alive)),
        lease_(std::move(lease)),
        options_(options),
        stream_(std::move(socket)),
        ping_timer_(stream_.get_executor()),
        closing_(stream_.get_executor(), [this] { end(); }) {
    stream_.auto_fragment(false);
    stream_.read_message_max(options.ws_max_message_bytes);
    stream_.text(true);
    websocket::permessage_deflate deflate;
    deflate.server_enable = options.ws_deflate;
    deflate.msg_size_threshold = 256;
    stream_.set_option(deflate);
    stream_.control_callback([this](websocket::frame_type, beast::string_view) { heard_ = true; });
  }

  asio::awaitable<void> run(std::shared_ptr<ServerSocket> self, Request handshake, OnUpgrade on_upgrade) {
    beast::http::request<beast::http::empty_body> request(beast::http::verb::get, "/", 11);
    for (const auto& [name, value] : handshake.headers) request.set(name, value);
    closing_.arm(options_.header_timeout, self);
    const auto [error] = co_await stream_.async_accept(request, kTuple);
    closing_.end();
    if (!error) {
      try {
        events_ = on_upgrade(self);
        asio::co_spawn(stream_.get_executor(), ping(self), asio::detached);
        co_await read();
      } catch (const std::exception& thrown) {
        complain(thrown);
      }
    }
    finish();
  }

  bool send(std::shared_ptr<const std::string> text) override {
    {
      std::lock_guard lock(mutex_);
      if (close_asked_ || queued_ + text->size() > options_.ws_client_buffer_bytes) return false;
      queued_ += text->size();
      queue_.push_back(std::move(text));
      if (std::exchange(pumping_, true)) return true;
    }
    asio::co_spawn(stream_.get_executor(), pump(shared_from_this()), asio::detached);
    return true;
  }

  void close(int code, std::string_view reason) override {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(close_asked_, true)) return;
      reason_ = websocket::close_reason(static_cast<websocket::close_code>(code), text::ellipsize(reason, kMaxCloseReason));
    }
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->finished_) return;
      self->closing_.arm(kCloseTime, self);
      std::unique_lock lock(self->mutex_);
      if (self->pumping_) return;  // the pump says goodbye once the queue is empty
      lock.unlock();
      self->say_goodbye();
    });
  }

  std::size_t queued_bytes() const override {
    std::lock_guard lock(mutex_);
    return queued_;
  }

  void drain() override { close(websocket::close_code::going_away, "the server is stopping"); }
  void abort() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->end(); });
  }

 private:
  asio::awaitable<void> read() {
    beast::flat_buffer buffer;
    for (;;) {
      const auto [error, size] = co_await stream_.async_read(buffer, kTuple);
      if (error) co_return;
      heard_ = true;
      if (!stream_.got_text()) {
        close(websocket::close_code::unknown_data, "text messages only");
      } else if (events_.on_text) {
        events_.on_text({static_cast<const char*>(buffer.data().data()), size});
      }
      buffer.consume(buffer.size());
    }
  }

  // A client that says nothing is asked; one that does not answer is gone.
  asio::awaitable<void> ping(std::shared_ptr<ServerSocket> self) {
    while (!finished_) {
      heard_ = false;
      ping_timer_.expires_after(options_.ws_ping_every);
      co_await ping_timer_.async_wait(kTuple);
      if (finished_ || heard_) continue;
      // The last ping may still wait behind a message that the client does not take.
      if (!std::exchange(pinging_, true)) stream_.async_ping({}, [self](const ErrorCode&) { self->pinging_ = false; });
      ping_timer_.expires_after(options_.ws_pong_timeout);
      co_await ping_timer_.async_wait(kTuple);
      if (!heard_) end();
    }
  }

  asio::awaitable<void> pump(std::shared_ptr<ServerSocket> self) {
    for (;;) {
      std::shared_ptr<const std::string> next;
      {
        std::lock_guard lock(mutex_);
        if (queue_.empty()) {
          pumping_ = false;
          break;
        }
        next = queue_.front();
      }
      const auto [error, size] = co_await stream_.async_write(asio::buffer(*next), kTuple);
      if (error) {
        end();
        co_return;  // and leave `pumping_` set: nothing can be sent any more
      }
      std::lock_guard lock(mutex_);
      if (finished_) co_return;  // the queue was cleared meanwhile
      queue_.pop_front();
      queued_ -= next->size();
    }
    if (closing_asked()) say_goodbye();
  }

  bool closing_asked() const {
    std::lock_guard lock(mutex_);
    return close_asked_;
  }

  void say_goodbye() {
    if (finished_ || std::exchange(said_goodbye_, true)) return;
    stream_.async_close(reason_, [self = shared_from_this()](const ErrorCode&) { self->end(); });
  }

  // The hard end: whatever is pending fails, and the read loop comes to finish().
  void end() {
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
    ping_timer_.cancel();
  }

  void finish() {
    {
      std::lock_guard lock(mutex_);
      close_asked_ = true;
      queue_.clear();
      queued_ = 0;
    }
    finished_ = true;
    closing_.end();
    end();
    lease_.reset();
    // The events hold the owner's objects, which hold this one: let go.
    const WebSocketEvents events = std::exchange(events_, {});
    try {
      if (events.on_close) events.on_close();
    } catch (const std::exception& thrown) {
      complain(thrown);
    }
  }

  void complain(const std::exception& thrown) const {
    if (options_.on_error) options_.on_error(thrown.what());
  }

  std::shared_ptr<void> keep_alive_;  // first: the executor that all others stand on
  std::shared_ptr<LiveConnections::Lease> lease_;
  const ServerOptions& options_;  // in keep_alive_
  websocket::stream<tcp::socket> stream_;
  asio::steady_timer ping_timer_;
  Deadline closing_;
  WebSocketEvents events_;
  bool heard_ = false, pinging_ = false, finished_ = false, said_goodbye_ = false;

  mutable std::mutex mutex_;  // guards what follows
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::size_t queued_ = 0;
  bool pumping_ = false, close_asked_ = false;
  websocket::close_reason reason_;
};

}  // namespace

void start_websocket(tcp::socket socket, const Request& handshake, const ServerOptions& options, OnUpgrade on_upgrade,
                     std::shared_ptr<LiveConnections::Lease> lease, std::shared_ptr<void> keep_alive) {
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<ServerSocket>(std::move(socket), options, lease, std::move(keep_alive));
  lease->bind(connection);
  asio::co_spawn(executor, connection->run(connection, handshake, std::move(on_upgrade)), asio::detached);
}

}  // namespace argosy::http
