#include "common/code/index/content_hash.h"

#define XXH_INLINE_ALL  // nothing to link
#include <xxhash.h>

namespace argosy::code {

std::uint64_t content_hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace argosy::code
