// The server's side of one WebSocket, from the handshake's answer on. Internal to the room: session.cc hands over the socket of an accepted
// upgrade.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "common/http/exchange.h"
#include "common/http/live_connections.h"
#include "common/http/server.h"

namespace argosy::http {

// Runs on the socket's executor (a strand) until either side closes. `keep_alive` is held as long.
void start_websocket(boost::asio::ip::tcp::socket socket, const Request& handshake, const ServerOptions& options, OnUpgrade on_upgrade,
                     std::shared_ptr<LiveConnections::Lease> lease, std::shared_ptr<void> keep_alive);

}  // namespace argosy::http
