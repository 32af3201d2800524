using ELicense.Pkcs11;
using ELicense.Pkcs11.Native;
using Xunit;

namespace ELicense.UnitTests.Tokens;

/// <summary>What a token's warnings keep from being spent; SoftHSM never warns of the last try.</summary>
public sealed class PinLatchTests
{
    private int _spent;

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void A_warned_try_is_not_spent(bool countLow, bool finalTry, bool locked)
    {
        Assert.Equal("pin-latched", Refusal(Token(new PinTries(countLow, finalTry, locked)), ReturnValue.CKR_OK));
        Assert.Equal(0, _spent);
    }

    [Fact]
    public void A_person_may_allow_the_last_try_and_then_one_is_spent()
    {
        var token = Token(new PinTries(CountLow: true, FinalTry: true, Locked: false));

        Pkcs11Module.AllowOneTry(token, TokenUser.Holder);

        Assert.Equal("pin-incorrect", Refusal(token, ReturnValue.CKR_PIN_INCORRECT));
        Assert.Equal("pin-latched", Refusal(token, ReturnValue.CKR_OK));
        Assert.Equal(1, _spent);
    }

    [Fact]
    public void Nobody_may_allow_a_try_at_a_locked_PIN()
    {
        var token = Token(new PinTries(CountLow: true, FinalTry: false, Locked: true));

        Pkcs11Module.AllowOneTry(token, TokenUser.Holder);

        Assert.Equal("pin-latched", Refusal(token, ReturnValue.CKR_OK));
        Assert.Equal(0, _spent);
    }

    [Fact]
    public void The_security_officers_wrong_PIN_does_not_latch_the_holders()
    {
        var token = Token(default);

        Assert.Equal("pin-incorrect", Refusal(token, ReturnValue.CKR_PIN_INCORRECT, TokenUser.SecurityOfficer));
        Assert.Equal("pin-latched", Refusal(token, ReturnValue.CKR_OK, TokenUser.SecurityOfficer));
        Assert.Null(Refusal(token, ReturnValue.CKR_OK));
    }

    // A serial number of its own: the latch is the process's.
    private static TokenInfo Token(PinTries tries) => new(
        1, "tries", Guid.NewGuid().ToString("N"), "maker", "model", Initialized: true, HasPin: true, WriteProtected: false, tries, SecurityOfficerPin: default, MaxSessions: null);

    private string? Refusal(TokenInfo token, ReturnValue answer, TokenUser user = TokenUser.Holder)
    {
        try
        {
            PinLatch.Of(token, user).Spend(token, "C_Login", PinSource.Held("1234"u8), _ =>
            {
                _spent++;
                return answer;
            });
            return null;
        }
        catch (Pkcs11Exception refused)
        {
            return refused.Code;
        }
    }
}
