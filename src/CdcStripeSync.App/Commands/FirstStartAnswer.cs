using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>What an operator says about an account that already holds objects.</summary>
internal static class FirstStartAnswer
{
    /// <returns>What holds from now on, for people.</returns>
    public static async Task<string> TellAsync(IStateStore store, bool adopt, bool createAll, CancellationToken cancellationToken)
    {
        var before = await store.ControlsAsync(cancellationToken);
        var now = before with { Adopt = adopt || (before.Adopt && !createAll), CreateAll = before.CreateAll || createAll };
        if (now != before) await store.SetControlsAsync(now, cancellationToken);
        return (now.Adopt, now.CreateAll) switch
        {
            (true, true) => "rows link the objects that the account holds for them; objects are created for all others",
            (true, false) => "rows link the objects that the account holds for them; `cdc-stripe approve --create-all` then creates objects for the others",
            (false, true) => "objects are created for all rows",
            (false, false) => "nothing is created until told",
        };
    }
}
