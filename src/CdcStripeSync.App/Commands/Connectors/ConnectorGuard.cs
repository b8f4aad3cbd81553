using System.CommandLine;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.App.Commands.Connectors;

/// <summary>Turns what a worker and the connector files can have against a command into lines and exit codes.</summary>
internal static class ConnectorGuard
{
    public static void RunsOnWorker(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) => command.Runs(Guarded(action));

    /// <summary>The same of a command that runs until it is told to stop.</summary>
    public static void RunsOnWorkerUntilStopped(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) => command.RunsUntilStopped(Guarded(action));

    private static Func<ParseResult, CancellationToken, Task<int>> Guarded(Func<ParseResult, CancellationToken, Task<int>> action) => async (parsed, cancellationToken) =>
    {
        try
        {
            return await action(parsed, cancellationToken);
        }
        catch (ConnectorFilesException e)
        {
            throw new SettingsException([.. e.Errors]);
        }
        catch (ConnectException e)
        {
            throw new UserErrorException(e.Message, Hint(e.Failure), e.Failure is ConnectFailure.NotFound or ConnectFailure.Refused ? ExitCode.Usage : ExitCode.Error, e);
        }
    };

    private static string Hint(ConnectFailure failure) => failure switch
    {
        ConnectFailure.Unreachable => "start it, or say where it is: --url, connect.url or CDC_STRIPE__CONNECT__URL",
        ConnectFailure.Untrusted => "--ca-file (connect.caFile) names the authority that signed its certificate; on a name mismatch --url must use a name that the certificate holds; a worker without TLS is asked by http://",
        ConnectFailure.Unanswered => "it may have been done: `cdc-stripe connectors plan` and `status` tell; connect.timeoutSeconds is how long an answer is waited for",
        ConnectFailure.Unauthorized => "--user NAME with CDC_STRIPE__CONNECT__PASSWORD, or connect.username and connect.password",
        ConnectFailure.Rebalancing => "try again; if it stays so, a worker of the group comes and goes: look at the workers' logs",
        ConnectFailure.NotFound => "`cdc-stripe connectors status` lists what is there",
        ConnectFailure.Refused => "",
        ConnectFailure.Broken => "look at the worker's log; --url must be the address of Connect's REST API",
        _ => "",
    };
}
