import Foundation
import Synchronization

/// Signals as flags that the run looks at between packets.
///
/// The signals are blocked everywhere and waited for on one thread: nothing runs in a handler.
final class SignalWatch: Sendable {
  private let stopSignal = Atomic<Int32>(0)
  private let reloads = Atomic<Int>(0)
  private let reports = Atomic<Int>(0)

  /// How long a run may take to stop after the first signal, in seconds.
  private static let patience: UInt32 = 4
  /// Signals to stop that come closer together are one: `timeout` and a terminal may each send theirs.
  private static let echo = Duration.seconds(1)

  /// Blocks the signals for this thread and all that it starts later: call it first.
  init(handlesReload: Bool) {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    if handlesReload {
      unsafe sigaddset(&signals, SIGHUP)
      unsafe sigaddset(&signals, SIGUSR1)
    }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    let waited = signals
    let thread = Thread { [self] in wait(for: waited) }
    thread.name = "leakwire-signals"
    thread.start()
  }

  /// The signal that asks to stop, or `nil`.
  var stop: Int32? {
    let number = stopSignal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Whether SIGHUP came since the last call.
  func takeReload() -> Bool { reloads.exchange(0, ordering: .relaxed) > 0 }
  /// Whether SIGUSR1 came since the last call.
  func takeReport() -> Bool { reports.exchange(0, ordering: .relaxed) > 0 }

  private func wait(for signals: sigset_t) {
    var signals = signals
    var number: Int32 = 0
    var first: ContinuousClock.Instant?
    while unsafe sigwait(&signals, &number) == 0 {
      switch number {
      case SIGHUP: reloads.add(1, ordering: .relaxed)
      case SIGUSR1: reports.add(1, ordering: .relaxed)
      default:
        guard let first else {
          first = .now
          stopSignal.store(number, ordering: .relaxed)
          endLate(number)
          continue
        }
        // Who asks again cannot wait for what is still to be written.
        if ContinuousClock.now - first >= Self.echo { _exit(128 + number) }
      }
    }
  }

  private func endLate(_ number: Int32) {
    let thread = Thread {
      sleep(Self.patience)
      _exit(128 + number)
    }
    thread.start()
  }
}
