using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

/// <summary>What an operator says about an account that already holds objects.</summary>
internal static class FirstStartAnswer
{
    /// <summary>What was said before still holds: rows that come later link what the account holds for them, too.</summary>
    /// <returns>What holds from now on, for people.</returns>
    public static async Task<string> TellAsync(IStateStore store, bool adopt, bool createAll, CancellationToken cancellationToken)
    {
        var before = await store.ControlsAsync(cancellationToken);
        if ((adopt && !before.Adopt) || (createAll && !before.CreateAll))
            await store.ChangeControlsAsync(new ControlsChange { Adopt = adopt ? true : null, CreateAll = createAll ? true : null }, cancellationToken);
        var now = await store.ControlsAsync(cancellationToken);
        return (now.Adopt, now.CreateAll) switch
        {
            (true, true) => "rows link the objects that the account holds for them; objects are created for all others",
            (true, false) => "rows link the objects that the account holds for them; `cdc-stripe approve --create-all` then creates objects for the others",
            (false, true) => "objects are created for all rows",
            (false, false) => "nothing is created until told",
        };
    }
}
