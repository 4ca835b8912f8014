import NIOCore
import Testing

@testable import Outputs

@Suite("The mailbox between reporting and sending")
struct SyslogMailboxTests {
  private static func message(_ number: UInt8, alertCount: Int = 1) -> SyslogMessage {
    SyslogMessage(bytes: [number], alertCount: alertCount)
  }

  @Test("keeps the oldest when it is full, and counts the rest")
  func bound() {
    let mailbox = SyslogMailbox(capacity: 2)
    for number in UInt8(1)...5 { _ = mailbox.post(Self.message(number)) }
    #expect(mailbox.undeliveredCount == 5)
    #expect(mailbox.refusedCount == 3)
    #expect(mailbox.takeFirst()?.bytes == [1])
    #expect(mailbox.takeFirst()?.bytes == [2])
    #expect(mailbox.takeFirst() == nil)
    #expect(!mailbox.isEmpty)
    #expect(mailbox.takeLostCount() == 3)
    #expect(mailbox.takeLostCount() == 0)
    #expect(mailbox.isEmpty)
  }

  @Test("calls the sender once until it has looked")
  func calls() {
    let mailbox = SyslogMailbox(capacity: 9)
    #expect(mailbox.post(Self.message(1)))
    #expect(!mailbox.post(Self.message(2)))
    mailbox.answerCall()
    #expect(mailbox.post(Self.message(3)))
  }

  @Test("puts back in front, in order, what was not sent")
  func putBack() {
    let mailbox = SyslogMailbox(capacity: 2)
    for number in UInt8(1)...2 { _ = mailbox.post(Self.message(number)) }
    let taken = [mailbox.takeFirst(), mailbox.takeFirst()].compactMap { $0 }
    _ = mailbox.post(Self.message(3))
    mailbox.putBack(taken)
    let order = (0..<3).compactMap { _ in mailbox.takeFirst()?.bytes.first }
    #expect(order == [1, 2, 3])
  }

  @Test("counts a lost report as the alerts it stands for")
  func weights() {
    let mailbox = SyslogMailbox(capacity: 0)
    _ = mailbox.post(Self.message(1, alertCount: 40))
    mailbox.countLost(2)
    #expect(mailbox.undeliveredCount == 42)
  }

  @Test("retries after 1, 2, 4 … 30 s")
  func backoff() {
    let timing = SyslogTiming()
    let waits = (0...8).map { timing.retry(afterFailures: $0).nanoseconds / 1_000_000_000 }
    #expect(waits == [1, 1, 2, 4, 8, 16, 30, 30, 30])
    #expect(timing.retry(afterFailures: .max) == .seconds(30))
  }
}
