#include "domain/broadcast/log_digest_source.h"

#include "base/text.h"
#include "domain/broadcast/schedule.h"

namespace mtc::broadcast {

Async<Result<std::vector<digest::Source>>> LogDigestSource::sources(logs::LogStore& store) {
  auto topics = co_await store.topics();
  if (!topics) co_return fail(std::move(topics).error());
  std::vector<digest::Source> chosen;
  for (auto& topic : *topics) {
    const auto named = [&](const std::string& wanted) {
      return wanted == topic.id || wanted == topic.name;
    };
    const bool wanted =
        options_.topics.empty() ? topic.indexed : std::ranges::any_of(options_.topics, named);
    if (wanted) chosen.push_back({.store = &store, .topic = std::move(topic)});
  }
  if (chosen.empty()) {
    co_return fail(Errc::not_found, options_.topics.empty()
                                        ? "there is no log topic with an index in this region"
                                        : "none of the log topics " + join(options_.topics, ", ") +
                                              " exists in this region");
  }
  co_return chosen;
}

Async<Result<digest::Digest>> LogDigestSource::collect(identity::User user,
                                                       logs::TimeRange period) {
  auto chosen = co_await sources(store_(user));
  if (!chosen) co_return fail(std::move(chosen).error());

  const Zone zone = zone_of(user);
  const Day day = zone.day_of(period.from);
  auto history = co_await digest::load_history(baselines_, options_.scope, day);
  if (!history) co_return fail(std::move(history).error());

  auto collected = co_await collector_.collect({.id = make_uuid(random_),
                                                .scope = options_.scope,
                                                .sources = std::move(*chosen),
                                                .period = period,
                                                .zone = zone,
                                                .history = std::move(*history)});
  if (!collected) co_return fail(std::move(collected).error());
  // A day that could not be read wholly would make the next ones look unusual.
  if (collected->digest.coverage.missing.empty()) {
    auto remembered =
        co_await baselines_.remember(options_.scope, std::move(collected->remembered));
    if (!remembered) co_return fail(std::move(remembered).error());
  }
  co_return std::move(collected->digest);
}

}  // namespace mtc::broadcast
