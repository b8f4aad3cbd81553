using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.App.Activity;

/// <summary>One structured log event for each fact; keys and positions always, personal data never.</summary>
internal sealed partial class LoggingObserver(ILogger<LoggingObserver> log) : SilentObserver
{
    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        switch (outcome)
        {
            case StripeOutcome.Success success: LogSent(request.Method, request.Path, request.Cause, (long)latency.TotalMilliseconds, success.RequestId); break;
            case StripeOutcome.Refused refused: LogRefused(request.Method, request.Path, request.Cause, refused.Error.Status, refused.Error.Code, refused.Error.Message, refused.RequestId); break;
            case StripeOutcome.NoAnswer none: LogNoAnswer(request.Method, request.Path, request.Cause, none.Reason); break;
        }
    }

    public override void Parked(ParkedRow row) => LogParked(row.Key, row.Reason, row.Message, row.Hint);

    public override void Unparked(EntityKey key) => LogUnparked(key);

    public override void DeadLettered(DeadLetter letter) => LogDeadLetter(letter.Record.Origin, letter.Error, letter.Hint);

    public override void Alarm(string message, string hint) => LogAlarm(message, hint);

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} for {Cause}: 200 in {Milliseconds} ms ({RequestId})")]
    private partial void LogSent(StripeMethod method, string path, string cause, long milliseconds, string? requestId);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} for {Cause}: {Status} {Code} {Message} ({RequestId})")]
    private partial void LogRefused(StripeMethod method, string path, string cause, int status, string? code, string message, string? requestId);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} for {Cause}: no answer, {Reason}")]
    private partial void LogNoAnswer(StripeMethod method, string path, string cause, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Key} waits ({Reason}): {Message}. {Hint}")]
    private partial void LogParked(EntityKey key, ParkReason reason, string message, string hint);

    [LoggerMessage(5, LogLevel.Information, "{Key} goes on")]
    private partial void LogUnparked(EntityKey key);

    [LoggerMessage(6, LogLevel.Error, "Dead letter {Origin}: {Error}. {Hint}")]
    private partial void LogDeadLetter(Core.Changes.RecordOrigin origin, string error, string hint);

    [LoggerMessage(7, LogLevel.Warning, "{Message}. {Hint}")]
    private partial void LogAlarm(string message, string hint);
}
