namespace CdcStripeSync.App;

/// <summary>An error that a person can mend: one clear line and a hint, no stack trace.</summary>
internal sealed class UserErrorException(string message, string hint, int exitCode = ExitCode.Error, Exception? inner = null) : Exception(message, inner)
{
    public string Hint { get; } = hint;

    public int ExitCode { get; } = exitCode;
}
