// Whether bytes are the same as before: fast, and no protection against who makes them alike. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace argosy::code {

std::uint64_t content_hash(std::string_view bytes);

}  // namespace argosy::code
