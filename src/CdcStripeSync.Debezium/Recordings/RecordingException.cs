namespace CdcStripeSync.Debezium.Recordings;

/// <summary>A recording's file is not as a recording is written; the message names the file, the line and what was expected.</summary>
public sealed class RecordingException(string message, Exception? inner = null) : Exception(message, inner);
