// The Hershey fonts were originally created by Dr. A. V. Hershey while working at the U. S. National Bureau of
// Standards. The format of the font data in the distribution that these strokes were converted from was originally
// created by James Hurt, Cognition, Inc., 900 Technology Park Drive, Billerica, MA 01821
// (mit-eddie!ci-dandelion!hurt).
//
// The strokes are those of the set "Simplex Roman" (rowmans.jhf), with '*' from futural.jhf and '^' and '`' from
// futuram.jhf; #, ', \ and _ are drawn anew, to the measures that cv::putText draws them in.
#include "text/hershey.hpp"

#include <array>

namespace retouch::text::hershey {

namespace {

// For ' ' to '~': the advance + '@', then the strokes.
constexpr std::array<std::string_view, 95> glyphs = {
    R"(P)",
    R"(JEKEY E^D_E`F_E^)",
    R"(PDKDR LKLR)",
    R"(VHKHg NKNg CVSV C\S\)",
    R"(THGHd LGLd QNOLLKHKELCNCPDRESGTMVOWPXQZQ]O_L`H`E_C])",
    R"(XUKC` HKJMJOIQGRERCPCNDLFKHKJLMMPMSLUK QYOZN\N^P`R`T_U]U[SYQY)",
    R"(ZWTWSVRURTSSUQZO]M_K`G`E_D^C\CZDXEWLSMRNPNNMLKKILHNHPISKVP]R_T`V`W_W^)",
    R"(HDKDR)",
    R"(NKGIIGLEPDUDYE^GbIeKg)",
    R"(NCGEIGLIPJUJYI^GbEeCg)",
    R"(PHQH] CTMZ MTCZ)",
    R"(ZMNM` DWVW)",
    R"(JF_E`D_E^F_FaEcDd)",
    R"(ZDWVW)",
    R"(JE^D_E`F_E^)",
    R"(VTGBg)",
    R"(TIKFLDOCTCWD\F_I`K`N_P\QWQTPONLKKIK)",
    R"(TFOHNKKK`)",
    R"(TDPDOEMFLHKLKNLOMPOPQOSMVC`Q`)",
    R"(TEKPKJSMSOTPUQXQZP]N_K`H`E_D^C\)",
    R"(TMKCYRY MKM`)",
    R"(TOKEKDTESHRKRNSPUQXQZP]N_K`H`E_D^C\)",
    R"(TPNOLLKJKGLEODTDYE]G_J`K`N_P]QZQYPVNTKSJSGTEVDY)",
    R"(TQKG` CKQK)",
    R"(THKELDNDPERGSKTNUPWQYQ\P^O_L`H`E_D^C\CYDWFUITMSORPPPNOLLKHK)",
    R"(TPROUMWJXIXFWDUCRCQDNFLIKJKMLONPRPWO\M_J`H`E_D])",
    R"(JERDSETFSER E^D_E`F_E^)",
    R"(JERDSETFSER F_E`D_E^F_FaEcDd)",
    R"(XTNDWT`)",
    R"(ZDTVT DZVZ)",
    R"(XDNTWD`)",
    R"(RCPCODMELGKKKMLNMOOOQNSMTIVIY I^H_I`J_I^)",
    R"(]SSRQPPMPKQJRIUIXJZL[O[QZRX MPKRJUJXKZL[ SPRXRZT[V[XYYVYTXQWOUMSLPKMKJLHMFOEQDTDWEZF\H^J_M`P`S_U^V] TPSXSZT[)",
    R"(RIKA` IKQ` DYNY)",
    R"(UDKD` DKMKPLQMRORQQSPTMU DUMUPVQWRYR\Q^P_M`D`)",
    R"(URPQNOLMKIKGLENDPCSCXD[E]G_I`M`O_Q]R[)",
    R"(UDKD` DKKKNLPNQPRSRXQ[P]N_K`D`)",
    R"(SDKD` DKQK DULU D`Q`)",
    R"(RDKD` DKQK DULU)",
    R"(URPQNOLMKIKGLENDPCSCXD[E]G_I`M`O_Q]R[RX MXRX)",
    R"(VDKD` RKR` DURU)",
    R"(HDKD`)",
    R"(PLKL[K^J_H`F`D_C^B[BY)",
    R"(UDKD` RKDY ITR`)",
    R"(QDKD` D`P`)",
    R"(XDKD` DKL` TKL` TKT`)",
    R"(VDKD` DKR` RKR`)",
    R"(VIKGLENDPCSCXD[E]G_I`M`O_Q]R[SXSSRPQNOLMKIK)",
    R"(UDKD` DKMKPLQMRORRQTPUMVDV)",
    R"(VIKGLENDPCSCXD[E]G_I`M`O_Q]R[SXSSRPQNOLMKIK L\Rb)",
    R"(UDKD` DKMKPLQMRORQQSPTMUDU KUR`)",
    R"(TQNOLLKHKELCNCPDRESGTMVOWPXQZQ]O_L`H`E_C])",
    R"(PHKH` AKOK)",
    R"(VDKDZE]G_J`L`O_Q]RZRK)",
    R"(RAKI` QKI`)",
    R"(XBKG` LKG` LKQ` VKQ`)",
    R"(TCKQ` QKC`)",
    R"(RAKIUI` QKIU)",
    R"(TQKC` CKQK C`Q`)",
    R"(NDGDg EGEg DGKG DgKg)",
    R"(VBQTg)",
    R"(NIGIg JGJg CGJG CgJg)",
    R"(VCYKTSY CYKUSY)",
    R"(RA`Q`)",
    R"(LDKIQ DKCLIQ)",
    R"(SORO` OUMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(SDKD` DUFSHRKRMSOUPXPZO]M_K`H`F_D])",
    R"(ROUMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(SOKO` OUMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(RCXOXOVNTMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(LJKHKFLEOE` BRIR)",
    R"(SORObNeMfKgHgFf OUMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(SDKD` DVGSIRLRNSOVO`)",
    R"(HCKDLEKDJCK DRD`)",
    R"(JEKFLGKFJEK FRFcEfCgAg)",
    R"(QDKD` NRD\ HXO`)",
    R"(HDKD`)",
    R"(^DRD` DVGSIRLRNSOVO` OVRSTRWRYSZVZ`)",
    R"(SDRD` DVGSIRLRNSOVO`)",
    R"(SHRFSDUCXCZD]F_H`K`M_O]PZPXOUMSKRHR)",
    R"(SDRDg DUFSHRKRMSOUPXPZO]M_K`H`F_D])",
    R"(SOROg OUMSKRHRFSDUCXCZD]F_H`K`M_O])",
    R"(MDRD` DXEUGSIRLR)",
    R"(QNUMSJRGRDSCUDWFXKYMZN\N]M_J`G`D_C])",
    R"(LEKE\F_H`J` BRIR)",
    R"(SDRD\E_G`J`L_O\ ORO`)",
    R"(PBRH` NRH`)",
    R"(VCRG` KRG` KRO` SRO`)",
    R"(QCRN` NRC`)",
    R"(PBRH` NRH`FdDfBgAg)",
    R"(QNRC` CRNR C`N`)",
    R"(NIGGHFIEKEMFOGPHRHTFV GHFJFLGNHOIQISHUDWHYI[I]H_G`FbFdGf FXHZH\G^F_EaEcFeGfIg)",
    R"(HDGDg)",
    R"(NEGGHHIIKIMHOGPFRFTHV GHHJHLGNFOEQESFUJWFYE[E]F_G`HbHdGf HXFZF\G^H_IaIcHeGfEg)",
    R"(XCZCXDUFTHTJUNXPYRYTXUV CXDVFUHUJVNYPZRZTYUVUT)",
};

}  // namespace

Glyph glyph(char32_t character) {
  const char32_t c = character >= 0x20 && character < 0x7F ? character : U'?';
  const std::string_view text = glyphs[c - 0x20];
  return {text[0] - '@', text.substr(1)};
}

}  // namespace retouch::text::hershey
