#include "tests/money/vendor.h"

namespace argosy::money {

llm::Usage Vendor::serve(const std::string& call, const llm::ModelEntry& model, std::int64_t body_bytes, std::int64_t max_output) {
  const auto up_to = [&](std::int64_t most) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most + 1)); };
  const bool all = random_() % 4 == 0;  // the worst that can be, every now and then
  const std::int64_t input = all ? body_bytes : up_to(body_bytes);
  const std::int64_t cached = all ? 0 : up_to(input), written = all ? input : up_to(input - cached);
  const std::int64_t output = all ? max_output : up_to(max_output);
  // In millionths of a NanoUsd, a token after the other would come to the same; a begun NanoUsd is billed as one.
  const auto& price = *model.prices;
  __extension__ typedef unsigned __int128 Wide;
  Wide sum = 0;
  for (const auto& [tokens, each] : {std::pair{input - cached - written, price.input}, std::pair{cached, price.cache_read},
                                     std::pair{written, price.cache_write}, std::pair{output, price.output}})
    sum += static_cast<Wide>(tokens) * static_cast<Wide>(each);
  bill_[call] = {.money = static_cast<NanoUsd>(sum / 1'000'000) + (sum % 1'000'000 != 0 ? 1 : 0), .tokens = input + output};
  return {.input = input, .cached = cached, .cache_written = written, .output = output, .reasoning = up_to(output)};
}

}  // namespace argosy::money
