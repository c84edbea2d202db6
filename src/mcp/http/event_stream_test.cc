#include "mcp/http/event_stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/testing/rich_http.h"

namespace mtc::mcp {
namespace {

class EventStreamTest : public testing::Test {
 protected:
  struct Reader {
    FakeExchange exchange;
    bool ended = false;
  };
  void read(Reader& reader, EventStream& stream, std::uint64_t after = 0) {
    asio::co_spawn(loop, stream.carry(reader.exchange, {}, after),
                   [&reader](const std::exception_ptr&) { reader.ended = true; });
    poll();
  }
  void poll() {
    loop.restart();
    loop.poll();
  }

  asio::io_context loop{1};
};

TEST_F(EventStreamTest, WritesWhatIsThereAndWhatComes) {
  EventStream stream(loop.get_executor(), "3");
  stream.push("{}");
  Reader reader;
  read(reader, stream);
  EXPECT_TRUE(stream.carried());
  EXPECT_EQ(reader.exchange.streamed, "event: message\nid: 3.1\ndata: {}\n\n");
  stream.push("[]");
  poll();
  EXPECT_EQ(reader.exchange.last_id(), "3.2");
  EXPECT_FALSE(reader.ended);
  stream.close();
  poll();
  EXPECT_TRUE(reader.ended);
  EXPECT_TRUE(reader.exchange.finished);
  EXPECT_FALSE(reader.exchange.closed) << "the connection can carry the next request";
  EXPECT_FALSE(stream.carried());
  stream.push("late");
  EXPECT_EQ(stream.kept_bytes(), 4U);
}

TEST_F(EventStreamTest, WhatCannotBeResumedIsNotKept) {
  EventStream stream(loop.get_executor(), "");
  Reader reader;
  read(reader, stream);
  for (int i = 0; i < 10; ++i) stream.push("{}");
  EXPECT_EQ(stream.kept_bytes(), 20U);
  poll();
  EXPECT_EQ(stream.kept_bytes(), 0U);
  EXPECT_EQ(reader.exchange.events().size(), 10U);
  EXPECT_FALSE(reader.exchange.streamed.contains("id:"));
  stream.hang_up(Millis{1});
  poll();
  EXPECT_FALSE(reader.ended) << "there would be no way back";
  stream.close();
  poll();
}

TEST_F(EventStreamTest, KeepsABoundedNumberOfBytesAndEvents) {
  EventStream stream(loop.get_executor(), "3");
  for (int i = 0; i < 5000; ++i) stream.push("{}");
  EXPECT_EQ(stream.kept_bytes(), 2000U);
  Reader reader;
  read(reader, stream, 17);
  EXPECT_EQ(reader.exchange.events().size(), 1000U) << "the newest";
  EXPECT_EQ(reader.exchange.last_id(), "3.5000");
  for (int i = 0; i < 20; ++i) stream.push("\"" + std::string(100'000, 'a') + "\"");
  EXPECT_LE(stream.kept_bytes(), 1U << 20U);
  stream.push("\"" + std::string(3'000'000, 'b') + "\"");
  EXPECT_GE(stream.kept_bytes(), 3'000'000U) << "the last one is kept, however long";
  stream.close();
  poll();
  EXPECT_TRUE(reader.ended);
}

TEST_F(EventStreamTest, NewsThatWaitAreNotSaidTwice) {
  EventStream stream(loop.get_executor(), "3");
  for (int i = 0; i < 3; ++i) {
    stream.push_news("{}");
    stream.push_news("[]");
  }
  EXPECT_EQ(stream.kept_bytes(), 4U);
  Reader reader;
  read(reader, stream);
  EXPECT_EQ(reader.exchange.last_id(), "3.2");
  stream.push_news("{}");
  poll();
  EXPECT_EQ(reader.exchange.last_id(), "3.3") << "it has changed again since";
  stream.close();
  poll();
}

TEST_F(EventStreamTest, EndsWhenTheReaderHasGone) {
  EventStream stream(loop.get_executor(), "3");
  Reader reader;
  read(reader, stream);
  reader.exchange.left = true;
  stream.push("{}");
  poll();
  EXPECT_TRUE(reader.ended);
  Reader next;
  read(next, stream);
  EXPECT_EQ(next.exchange.events().size(), 1U) << "nothing is lost with a lost reader";
  stream.close();
  poll();
}

TEST_F(EventStreamTest, LastReaderCarriesIt) {
  EventStream stream(loop.get_executor(), "3");
  Reader first;
  Reader second;
  Reader third;
  for (auto* reader : {&first, &second, &third}) read(*reader, stream);
  EXPECT_TRUE(first.ended && second.ended);
  EXPECT_TRUE(first.exchange.closed && second.exchange.closed);
  EXPECT_TRUE(stream.carried());
  stream.push("{}");
  poll();
  EXPECT_TRUE(first.exchange.events().empty());
  EXPECT_EQ(third.exchange.events().size(), 1U);
  stream.close();
  poll();
  EXPECT_TRUE(third.ended);
  EXPECT_FALSE(third.exchange.closed);
}

// A client that takes a chunk only when the test lets it.
struct SlowExchange final : FakeExchange {
  explicit SlowExchange(asio::io_context& loop) : valve(loop) {}
  asio::steady_timer valve;
  bool writing = false;

  Async<> write(std::string chunk) override {
    writing = true;
    valve.expires_at(asio::steady_timer::time_point::max());
    co_await valve.async_wait(asio::as_tuple(asio::use_awaitable));
    writing = false;
    co_await FakeExchange::write(std::move(chunk));
  }
};

class SlowReaderTest : public EventStreamTest {
 protected:
  void SetUp() override {
    asio::co_spawn(loop, stream.carry(slow, {}, 0),
                   [this](const std::exception_ptr&) { ended = true; });
    stream.push("[1]");
    poll();
    ASSERT_TRUE(slow.writing);
  }
  void take() {
    slow.valve.cancel();
    poll();
  }

  EventStream stream{loop.get_executor(), "3"};
  SlowExchange slow{loop};
  bool ended = false;
};

TEST_F(SlowReaderTest, GetsWhatCameWhileItTookTheLast) {
  stream.push("[2]");
  stream.close();
  take();
  EXPECT_FALSE(ended);
  take();
  EXPECT_TRUE(ended);
  EXPECT_EQ(slow.last_id(), "3.2");
  EXPECT_TRUE(slow.finished);
}

TEST_F(SlowReaderTest, GoesWhenAnotherTakesOver) {
  Reader next;
  read(next, stream, 1);
  stream.push("[2]");
  poll();
  EXPECT_EQ(next.exchange.last_id(), "3.2");
  take();
  EXPECT_TRUE(ended);
  EXPECT_EQ(slow.last_id(), "3.1");
  EXPECT_TRUE(stream.carried()) << "by the other";
  stream.close();
  poll();
  EXPECT_TRUE(next.ended);
}

TEST_F(SlowReaderTest, IsHungUpOnAfterWhatWasSaid) {
  stream.push("[2]");
  stream.hang_up(Millis{5});
  for (int i = 0; i < 3; ++i) take();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(slow.streamed.ends_with("id: 3.2\ndata: [2]\n\nretry: 5\n\n")) << slow.streamed;
  EXPECT_TRUE(slow.closed) << "or its next request would wait for the call to end";
  EXPECT_FALSE(stream.closed());
}

TEST(EventIds, NameStreamAndEvent) {
  const auto id = parse_event_id("12.7");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->stream, "12");
  EXPECT_EQ(id->number, 7U);
  for (const auto* bad :
       {"", ".", "7", "7.", ".7", "7.x", "7.1x", "7.-1", "7. 1", "7.99999999999999999999999"}) {
    EXPECT_FALSE(parse_event_id(bad)) << bad;
  }
}

}  // namespace
}  // namespace mtc::mcp
