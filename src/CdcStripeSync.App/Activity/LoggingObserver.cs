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
            case StripeOutcome.Success success: LogSent(Verb(request.Method), request.Path, request.Cause, (long)latency.TotalMilliseconds, success.RequestId); break;
            case StripeOutcome.Refused refused: LogRefused(Verb(request.Method), request.Path, request.Cause, refused.Error.Status, refused.Error.Code, refused.Error.Message, refused.RequestId); break;
            case StripeOutcome.NoAnswer none: LogNoAnswer(Verb(request.Method), request.Path, request.Cause, none.Reason); break;
        }
    }

    public override void Parked(ParkedRow row) =>
        LogParked(row.Reason is ParkReason.Parent or ParkReason.KeyChange ? LogLevel.Information : LogLevel.Warning, row.Key, row.Reason, row.Message, row.Hint);

    public override void Unparked(EntityKey key) => LogUnparked(key);

    public override void DeadLettered(DeadLetter letter) => LogDeadLetter(letter.Record.Origin, letter.Error, letter.Hint);

    public override void Told(string what) => LogTold(what);

    public override void Alarm(string message, string hint) => LogAlarm(message, hint);

    private static string Verb(StripeMethod method) => method.ToString().ToUpperInvariant();

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} for {Cause}: 200 in {Milliseconds} ms ({RequestId})")]
    private partial void LogSent(string method, string path, string cause, long milliseconds, string? requestId);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} for {Cause}: {Status} {Code} {Message} ({RequestId})")]
    private partial void LogRefused(string method, string path, string cause, int status, string? code, string message, string? requestId);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} for {Cause}: no answer, {Reason}")]
    private partial void LogNoAnswer(string method, string path, string cause, string reason);

    [LoggerMessage(EventId = 4, Message = "{Key} waits ({Reason}): {Message}. {Hint}")]
    private partial void LogParked(LogLevel level, EntityKey key, ParkReason reason, string message, string hint);

    [LoggerMessage(5, LogLevel.Information, "{Key} goes on")]
    private partial void LogUnparked(EntityKey key);

    [LoggerMessage(6, LogLevel.Error, "Dead letter {Origin}: {Error}. {Hint}")]
    private partial void LogDeadLetter(Core.Changes.RecordOrigin origin, string error, string hint);

    [LoggerMessage(7, LogLevel.Warning, "{Message}. {Hint}")]
    private partial void LogAlarm(string message, string hint);

    [LoggerMessage(8, LogLevel.Information, "Operator: {What}")]
    private partial void LogTold(string what);
}
